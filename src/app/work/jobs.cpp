#include "app/work/jobs.hpp"

#include <algorithm>

#include "core/facts/due.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/balance/expire.hpp"
#include "rooms/events/sequence.hpp"
#include "rooms/events/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/idempotency/idempotency.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/migrations/migrate_plans.hpp"
#include "rooms/payment_methods/setups.hpp"
#include "rooms/payments/attempt/begin.hpp"
#include "rooms/payments/attempt_payment.hpp"
#include "rooms/payments/overdue.hpp"
#include "rooms/payments/send_refunds.hpp"
#include "rooms/provider_events/act.hpp"
#include "rooms/provider_events/store.hpp"
#include "rooms/subscriptions/cancel_unpaid.hpp"
#include "rooms/usage/days.hpp"
#include "rooms/webhooks/deliveries.hpp"

namespace billing::app {
namespace {

constexpr auto most_for_all = std::chrono::milliseconds{5'000};  // a statement that bills a whole ring
constexpr auto most_for_one = std::chrono::milliseconds{2'000};   // one that bills a user while others wait behind
constexpr auto most_for_a_lock = std::chrono::milliseconds{1'000};

/// Of a ring: those of its ids that are any.
template <class Id>
std::vector<Id> ids_of(const std::vector<std::string>& texts) {
  std::vector<Id> ids;
  for (const auto& text : texts) {
    if (const auto id = Id::parse(text)) ids.push_back(*id);
  }
  return ids;
}

constexpr pg::Statement set_limits{"SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)"};

/// The same database with less patience.
class Hurried final : public pg::Session {
 public:
  Hurried(pg::Session& db, std::chrono::milliseconds limit) : db_(db), limit_(limit) {}

  Task<pg::Result> query(const pg::Statement& statement, pg::Params params) override { return db_.query(statement, std::move(params)); }
  using Session::query;
  Task<pg::Transaction> begin() override {
    auto tx = co_await db_.begin();
    tx.send(set_limits, pg::Params{}.add(std::int64_t{limit_.count()}).add(std::int64_t{most_for_a_lock.count()}));
    co_return std::move(tx);
  }
  bool in_transaction() const override { return false; }

 private:
  pg::Session& db_;
  std::chrono::milliseconds limit_;
};

/// Whether there is nothing left to be done: billed, or refused and put off. A user who is locked, or needs more time than a moment, is
/// left for later, or put off when this is `last`.
Task<bool> bill_alone(Context& context, UserId user_id, bool last) {
  std::optional<pg::StatementError> failure;
  bool slow = false;
  try {
    co_await invoices::bill_due(context, {user_id});
    co_return true;
  } catch (const pg::Timeout& error) {
    slow = true;
    failure = error;
  } catch (const pg::StatementError& error) {
    failure = error;
  }
  if (!last && (slow || failure->transient())) co_return false;
  log::error("user_not_billed", {{"user_id", user_id.text()}, {"sqlstate", failure->sqlstate}, {"error", failure->what()}});
  if (failure->transient()) co_return true;  // still due: the schedule rings again
  const auto* reason =
      slow ? "billing this user takes longer than a statement may: see the log" : "the database refused the invoice: see the log";
  const auto now = context.clock.now();
  co_await facts::put_off(context.db, user_id, reason, now, retry_billing_at(now));
  co_return true;
}

/// All users in one transaction; if that fails, one by one, those who are locked or need long at the end: so nobody waits for another.
Task<void> bill_all(Context& context, std::vector<UserId> user_ids, const invoices::Collect& collect) {
  if (user_ids.size() > 1) {
    Hurried together{context.db, most_for_all};
    auto hurried = context.with(together);
    try {
      co_await invoices::bill_due(hurried, user_ids, collect);
      co_return;
    } catch (const pg::StatementError& error) {
      log::warn("batch_not_billed", {{"users", user_ids.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    }
    Hurried single{context.db, most_for_one};
    auto each = context.with(single);
    std::vector<UserId> left;
    for (const auto user_id : user_ids) {
      if (!co_await bill_alone(each, user_id, false)) left.push_back(user_id);
    }
    user_ids = std::move(left);
  }
  for (const auto user_id : user_ids) co_await bill_alone(context, user_id, true);
}

/// Their invoices' attempts begin in the transactions that make them, and are charged after those.
Task<void> bill_users(App& app, Context& context, std::vector<std::string> texts) {
  const auto collecting = app.collecting();
  std::vector<payments::Attempt> begun;
  const invoices::Collect collect = [&](pg::Transaction& tx, std::vector<invoices::ToCollect> made) {
    return payments::begin_first_attempts(tx, context, collecting, std::move(made), begun);
  };
  std::exception_ptr failure;
  try {
    co_await bill_all(context, ids_of<UserId>(texts), collect);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await payments::charge(context, collecting, std::move(begun));
  if (failure) std::rethrow_exception(failure);
}

Task<void> attempt_alone(Context& context, const payments::Collecting& collecting, InvoiceId id) {
  try {
    co_await payments::attempt_payments(context, collecting, std::vector{id});
  } catch (const pg::StatementError& error) {
    log::error("invoice_not_attempted", {{"invoice_id", id.text()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
}

/// A ring's invoices together; if the database refuses that, one by one, so that nobody waits for another.
Task<void> attempt_payments(App& app, Context& context, std::vector<std::string> texts) {
  const auto ids = ids_of<InvoiceId>(texts);
  const auto collecting = app.collecting();
  try {
    co_await payments::attempt_payments(context, collecting, ids);
    co_return;
  } catch (const pg::StatementError& error) {
    log::warn("batch_not_attempted", {{"invoices", ids.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
  for (const auto& id : ids) co_await attempt_alone(context, collecting, id);
}

Task<void> find_overdue(App& app, Context& context, std::vector<std::string> texts) {
  co_await payments::find_overdue(context, ids_of<InvoiceId>(texts), app.shared.config.cancel_after_days);
}

Task<void> expire_grants(App&, Context& context, std::vector<std::string> texts) {
  co_await balance::expire_grants(context, ids_of<GrantId>(texts));
}

Task<void> cancel_unpaid(App&, Context& context, std::vector<std::string> texts) {
  for (const auto& id : ids_of<SubscriptionId>(texts)) co_await subscriptions::cancel_unpaid(context, id);
}

Task<void> look_up_setups(App& app, Context& context, std::vector<std::string> texts) {
  co_await payment_methods::look_up_setups(context, app.providers, ids_of<SetupId>(texts));
}

Task<void> send_refunds(App& app, Context& context, std::vector<std::string> texts) {
  co_await payments::send_refunds(context, app.providers, ids_of<RefundId>(texts));
}

Task<void> act_on_provider_events(App& app, Context& context, std::vector<std::string> ids) {
  co_await provider_events::act_on_events(context, app.collecting(), std::move(ids));
}

Task<void> look_through_provider_books(App& app, Context& context, std::vector<std::string> names) {
  for (const auto& name : names) {
    auto* provider = app.providers.find(name);
    if (provider) co_await provider_events::look_through_books(context, *provider);
  }
}

Task<void> fold_usage(App&, Context& context, std::vector<std::string>) { co_await usage::fold(context); }

Task<void> reopen_periods(App&, Context& context, std::vector<std::string> texts) {
  co_await invoices::reopen_late(context, ids_of<UserId>(texts));
}

Task<void> migrate_plans(App&, Context& context, std::vector<std::string> texts) {
  for (const auto& id : ids_of<migrations::MigrationId>(texts)) co_await migrations::migrate_plan(context, id);
}

Task<void> prune_idempotency_keys(App&, Context& context, std::vector<std::string>) {
  const auto pruned = co_await idempotency::prune(context.db, context.clock.now());
  if (pruned > 0) log::info("idempotency_keys_pruned", {{"count", pruned}});
}

Task<void> sequence_events(App&, Context& context, std::vector<std::string>) { co_await events::give_sequences(context); }

Task<void> prune_events(App& app, Context& context, std::vector<std::string>) {
  const auto keep = app.shared.config.keep_events;
  const auto pruned = co_await events::prune(context.db, context.clock.now() - keep);
  const auto deliveries = co_await webhooks::prune(context.db, keep);
  if (pruned + deliveries > 0) log::info("events_pruned", {{"events", pruned}, {"deliveries", deliveries}});
}

constexpr Job table[] = {
    {bill_users_job, bill_users},
    {invoices::attempt_payments_job, attempt_payments},
    {refunds::send_refunds_job, send_refunds},
    {provider_events::act_job, act_on_provider_events},
    {provider_events::sweep_job, look_through_provider_books},
    {payments::find_overdue_job, find_overdue},
    {balance::expire_grants_job, expire_grants},
    {subscriptions::cancel_unpaid_job, cancel_unpaid},
    {payment_methods::look_up_setups_job, look_up_setups},
    {migrations::migrate_plans_job, migrate_plans},
    {fold_usage_job, fold_usage},
    {reopen_periods_job, reopen_periods},
    {prune_job, prune_idempotency_keys},
    {sequence_events_job, sequence_events},
    {prune_events_job, prune_events},
};

}  // namespace

std::span<const Job> jobs() { return table; }

Task<void> run_job(App& app, std::string_view actor, std::string job, std::vector<std::string> ids) {
  const auto found = std::ranges::find(jobs(), job, &Job::name);
  if (found == jobs().end()) {
    log::warn("unknown_job", {{"job", job}});
    co_return;
  }
  auto context = app.context(app.background, actor);
  const char* outcome = "failed";
  try {
    co_await found->handler(app, context, std::move(ids));
    outcome = "done";
  } catch (const std::exception& error) {
    log::error("job_failed", {{"job", job}, {"error", error.what()}});
  }
  app.shared.metrics.count("jobs", {{"job", job}, {"outcome", outcome}});
}

}  // namespace billing::app
