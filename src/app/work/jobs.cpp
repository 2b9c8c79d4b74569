#include "app/work/jobs.hpp"

#include <algorithm>

#include "core/facts/due.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/idempotency/idempotency.hpp"
#include "rooms/invoices/run.hpp"
#include "rooms/migrations/migrate_plans.hpp"
#include "rooms/usage/days.hpp"

namespace billing::app {
namespace {

/// A user whose billing fails in the database must not be rung for again every second, nor be forgotten.
Task<void> bill_alone(Context& context, const std::string& user_id) {
  try {
    co_await invoices::bill_due(context, {user_id});
    co_return;
  } catch (const pg::StatementError& error) {
    log::error("user_not_billed", {{"user_id", user_id}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    if (error.transient()) co_return;
  }
  co_await facts::put_off(context.db, user_id, "the database refused the invoice: see the log", context.clock.now(),
                          context.clock.now() + retry_billing_after);
}

/// All users in one transaction; if that fails, one by one, so that nobody waits for another.
Task<void> bill_users(App&, Context& context, std::vector<std::string> user_ids) {
  try {
    co_await invoices::bill_due(context, user_ids);
    co_return;
  } catch (const pg::StatementError& error) {
    log::warn("batch_not_billed", {{"users", user_ids.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
  for (const auto& user_id : user_ids) co_await bill_alone(context, user_id);
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
  std::vector<InvoiceId> ids;
  for (const auto& text : texts) {
    if (const auto id = InvoiceId::parse(text)) ids.push_back(*id);
  }
  const auto collecting = app.collecting();
  try {
    co_await payments::attempt_payments(context, collecting, ids);
    co_return;
  } catch (const pg::StatementError& error) {
    log::warn("batch_not_attempted", {{"invoices", ids.size()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
  }
  for (const auto& id : ids) co_await attempt_alone(context, collecting, id);
}

Task<void> fold_usage(App&, Context& context, std::vector<std::string>) { co_await usage::fold(context); }

Task<void> reopen_periods(App&, Context& context, std::vector<std::string> user_ids) {
  co_await invoices::reopen_late(context, std::move(user_ids));
}

Task<void> migrate_plans(App&, Context& context, std::vector<std::string> texts) {
  for (const auto& text : texts) {
    if (const auto id = migrations::MigrationId::parse(text)) co_await migrations::migrate_plan(context, *id);
  }
}

Task<void> prune_idempotency_keys(App&, Context& context, std::vector<std::string>) {
  const auto pruned = co_await idempotency::prune(context.db, context.clock.now());
  if (pruned > 0) log::info("idempotency_keys_pruned", {{"count", pruned}});
}

constexpr Job table[] = {
    {bill_users_job, bill_users},
    {invoices::attempt_payments_job, attempt_payments},
    {migrations::migrate_plans_job, migrate_plans},
    {fold_usage_job, fold_usage},
    {reopen_periods_job, reopen_periods},
    {prune_job, prune_idempotency_keys},
};

}  // namespace

std::span<const Job> jobs() { return table; }

Task<void> run_job(App& app, std::string_view actor, std::string job, std::vector<std::string> ids) {
  const auto found = std::ranges::find(jobs(), job, &Job::name);
  if (found == jobs().end()) {
    log::warn("unknown_job", {{"job", job}});
    co_return;
  }
  auto context = app.context(actor);
  const char* outcome = "failed";
  try {
    co_await found->handler(app, context, std::move(ids));
    outcome = "done";
  } catch (const std::exception& error) {
    log::error("job_failed", {{"job", job}, {"error", error.what()}});
  }
  app.shared.metrics.count("jobs", "outcome", job + "_" + outcome);
}

}  // namespace billing::app
