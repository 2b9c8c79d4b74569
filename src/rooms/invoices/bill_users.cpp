#include "rooms/invoices/bill_users.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/billing/due.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/queue/queue.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/billing_facts.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

using subscriptions::Subscription;
using Plans = std::map<std::string, std::shared_ptr<const Plan>>;

/// What one pass over some users changes, all of it saved in one transaction.
struct Changes {
  bool empty() const { return invoices.empty() && subscriptions.empty() && settled.empty(); }

  std::vector<NewInvoice> invoices;
  std::vector<Subscription> subscriptions;
  std::vector<subscriptions::PeriodRow> periods;
  std::vector<std::pair<SubscriptionId, Date>> settled;
  std::vector<audit::Entry> audit;
};

std::vector<PeriodFacts> periods_of(const UserFacts& user, SubscriptionId id) {
  const auto found = user.periods.find(id);
  return found == user.periods.end() ? std::vector<PeriodFacts>{} : found->second;
}

std::vector<SubscriptionFacts> facts_of(const UserFacts& user, const std::vector<Subscription>& chosen, const Plans& plans) {
  std::vector<SubscriptionFacts> facts;
  for (const auto& subscription : chosen) {
    facts.push_back(
        {subscription.id, plans.at(subscription.plan_code).get(), subscription.position.current, periods_of(user, subscription.id)});
  }
  return facts;
}

bool left_unbilled(const BillingDecision& decision, SubscriptionId id, const Period& period) {
  return std::ranges::any_of(decision.unbilled, [&](const Unbilled& left) { return left.subscription_id == id && left.period == period; });
}

void note_settled(Changes& changes, const SubscriptionFacts& facts, const BillingDecision& decision, Instant now) {
  for (const auto& period : facts.periods) {
    if (is_settled(period.period, left_unbilled(decision, facts.id, period.period), now)) {
      changes.settled.emplace_back(facts.id, period.period.start);
    }
  }
}

void note_invoices(Changes& changes, UserId user, BillingDecision& decision) {
  for (auto& draft : decision.invoices) changes.invoices.push_back({InvoiceId{new_uuid7()}, user, std::move(draft)});
}

/// The subscription goes on: into its next period, or into its end.
void note_roll_over(Changes& changes, Subscription subscription, const Plan& plan, Instant now) {
  const auto before = subscription.position;
  subscription.position = roll_over(before, plan.interval, subscription.cancel_at_period_end);
  subscription.due_at = due_after(subscription.position);
  subscription.billing_error.reset();
  if (is_live(subscription.position.status)) {
    const auto& current = subscription.position.current;
    changes.periods.push_back({subscription.id, subscription.user_id, current, before.current.end, current.days(), false});
  } else {
    subscription.canceled_at = now;
  }
  if (before.status != subscription.position.status) {
    const auto* action = is_live(subscription.position.status) ? "subscription.activated" : "subscription.canceled";
    changes.audit.push_back({action, "subscription", subscription.id.text(), subscription.user_id.text(),
                             std::string{to_text(before.status)}, std::string{to_text(subscription.position.status)}});
  }
  changes.subscriptions.push_back(std::move(subscription));
}

/// A canceled subscription whose stragglers were billed, or a live one that is not over: nothing to enter.
void note_looked_at(Changes& changes, Subscription subscription) {
  const bool live = is_live(subscription.position.status);
  subscription.due_at = live ? std::optional{due_after(subscription.position)} : std::nullopt;
  subscription.billing_error.reset();
  changes.subscriptions.push_back(std::move(subscription));
}

void note_error(Changes& changes, Subscription subscription, const std::string& error, Instant now) {
  log::warn("subscription_not_billed", {{"subscription_id", subscription.id.text()}, {"error", error}});
  subscription.due_at = retry_billing_at(now);
  subscription.billing_error = error;
  changes.subscriptions.push_back(std::move(subscription));
}

/// Splits off those whose sums do not fit, alone or together with the ones before them; these keep the error.
std::vector<Subscription> billable_together(const UserFacts& user, const std::vector<Subscription>& due, const Plans& plans,
                                            Changes& changes, Instant now) {
  std::vector<Subscription> good;
  for (const auto& subscription : due) {
    good.push_back(subscription);
    try {
      decide_billing(facts_of(user, good, plans), user.open);
    } catch (const Overflow& error) {
      note_error(changes, subscription, error.what(), now);
      good.pop_back();
    }
  }
  return good;
}

/// Those that are due and can go on: one whose next period would end beyond the calendar keeps the error.
std::vector<Subscription> due_of(const UserFacts& user, const Plans& plans, Instant now, Changes& changes) {
  std::vector<Subscription> due;
  for (const auto& subscription : user.subscriptions) {
    if (!subscription.due_at || *subscription.due_at > now) continue;
    try {
      if (is_over(subscription.position, now)) {
        roll_over(subscription.position, plans.at(subscription.plan_code)->interval, subscription.cancel_at_period_end);
      }
      due.push_back(subscription);
    } catch (const Overflow& error) {
      note_error(changes, subscription, error.what(), now);
    }
  }
  return due;
}

void bill_due_user(const UserFacts& user, const Plans& plans, Instant now, Changes& changes) {
  auto due = due_of(user, plans, now, changes);
  if (due.empty()) return;
  BillingDecision decision;
  try {
    decision = decide_billing(facts_of(user, due, plans), user.open);
  } catch (const Overflow&) {
    due = billable_together(user, due, plans, changes, now);
    decision = decide_billing(facts_of(user, due, plans), user.open);
  }
  for (const auto& facts : facts_of(user, due, plans)) note_settled(changes, facts, decision, now);
  note_invoices(changes, user.id, decision);
  for (const auto& subscription : due) {
    if (is_over(subscription.position, now)) {
      note_roll_over(changes, subscription, *plans.at(subscription.plan_code), now);
    } else {
      note_looked_at(changes, subscription);
    }
  }
}

constexpr pg::Statement settle_periods{R"(
  UPDATE subscription_periods p SET settled = true
  FROM unnest($1::uuid[], $2::date[]) AS done (subscription_id, period_start)
  WHERE p.subscription_id = done.subscription_id AND p.period_start = done.period_start)"};

void send_settled(pg::Transaction& tx, const std::vector<std::pair<SubscriptionId, Date>>& settled) {
  if (settled.empty()) return;
  std::vector<std::string> ids, starts;
  for (const auto& [id, start] : settled) {
    ids.push_back(id.text());
    starts.push_back(to_text(start));
  }
  tx.send(settle_periods, pg::Params{}.add_array(ids).add_array(starts));
}

Task<std::vector<InvoiceId>> save_and_commit(pg::Transaction& tx, const Context& context, const Changes& changes) {
  std::vector<InvoiceId> made;
  if (changes.empty()) {
    co_await tx.end_unchanged();
    co_return made;
  }
  subscriptions::save(tx, changes.subscriptions, context.clock.now());
  subscriptions::insert_periods(tx, changes.periods);
  send_settled(tx, changes.settled);
  audit::record(tx, context, changes.audit);
  insert_invoices(tx, context, changes.invoices);

  std::vector<std::string> to_pay;
  for (const auto& invoice : changes.invoices) {
    made.push_back(invoice.id);
    if (!invoice.draft.amount.is_zero()) to_pay.push_back(invoice.id.text());
  }
  tx.after_commit([&queue = context.queue, &metrics = context.metrics, made_count = made.size(), to_pay = std::move(to_pay)] {
    if (made_count > 0) metrics.count("invoices", "outcome", "created", static_cast<double>(made_count));
    constexpr std::size_t payments_per_ring = 20;  // a slow provider holds up no more than these
    if (!to_pay.empty()) queue.ring(attempt_payments_job, to_pay, payments_per_ring);
  });
  co_await tx.commit();
  co_return made;
}

/// Users with a period that is over already although it has just begun: a long pause is caught up period by period. Most have none.
std::vector<std::string> due_again(const std::vector<Subscription>& changed, Instant now) {
  std::set<std::string> users;
  for (const auto& subscription : changed) {
    if (subscription.due_at && *subscription.due_at <= now) users.insert(subscription.user_id.text());
  }
  return {users.begin(), users.end()};
}

}  // namespace

Task<std::vector<InvoiceId>> bill_due(Context& context, std::vector<std::string> user_ids) {
  std::vector<InvoiceId> made;
  while (!user_ids.empty()) {
    auto tx = co_await context.db.begin();
    const auto now = context.clock.now();
    const auto facts = co_await lock_and_load(tx, user_ids, now);
    Changes changes;
    for (const auto& user : facts.users) bill_due_user(user, facts.plans, now, changes);
    const auto ids = co_await save_and_commit(tx, context, changes);
    made.insert(made.end(), ids.begin(), ids.end());
    user_ids = due_again(changes.subscriptions, now);
  }
  co_return made;
}

namespace {

/// Everything but what is in its trial.
void bill_user_on_demand(const UserFacts& user, const Plans& plans, Instant now, Changes& changes, OnDemand& outcome) {
  std::vector<Subscription> chosen;
  std::ranges::copy_if(user.subscriptions, std::back_inserter(chosen),
                       [](const Subscription& subscription) { return subscription.position.status != SubscriptionStatus::trialing; });
  const auto facts = facts_of(user, chosen, plans);
  BillingDecision decision;
  try {
    decision = decide_billing(facts, user.open);
  } catch (const Overflow& error) {
    outcome.overflow = error;
    return;
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    note_settled(changes, facts[i], decision, now);
    const bool live = is_live(chosen[i].position.status);
    const bool waits = std::ranges::any_of(decision.unbilled, [&](const Unbilled& left) { return left.subscription_id == facts[i].id; });
    if (live || waits) outcome.considered.emplace_back(facts[i].invoice_period, facts[i].plan->amount.currency());
  }
  note_invoices(changes, user.id, decision);
}

/// Only those who are free are left in `user_ids`.
Task<void> skip_busy(pg::Transaction& tx, std::vector<std::string>& user_ids, std::set<std::string>& busy) {
  auto free = co_await users::lock_free_users(tx, user_ids);
  const std::set<std::string> locked(free.begin(), free.end());
  std::ranges::copy_if(user_ids, std::inserter(busy, busy.end()), [&](const auto& id) { return !locked.contains(id); });
  user_ids = std::move(free);
}

}  // namespace

Task<void> bill_on_demand(Context& context, std::vector<std::string> user_ids, std::map<UserId, OnDemand>& outcomes,
                          std::set<std::string>* busy) {
  while (!user_ids.empty()) {
    auto tx = co_await context.db.begin();
    if (busy) co_await skip_busy(tx, user_ids, *busy);
    const auto facts = co_await lock_and_load(tx, std::exchange(user_ids, {}));
    const auto now = context.clock.now();
    Changes changes;
    for (const auto& user : facts.users) {
      if (is_due(user, now)) {  // period by period, before the current one
        bill_due_user(user, facts.plans, now, changes);
        user_ids.push_back(user.id.text());
      } else {
        bill_user_on_demand(user, facts.plans, now, changes, outcomes[user.id]);
      }
    }
    co_await save_and_commit(tx, context, changes);
    for (const auto& invoice : changes.invoices) outcomes[invoice.user_id].made.push_back(invoice.id);
  }
}

Task<std::vector<InvoiceId>> bill_final(Context& context, UserId user_id, SubscriptionId subscription_id) {
  auto tx = co_await context.db.begin();
  const auto facts = co_await lock_and_load(tx, {user_id.text()});
  Changes changes;
  for (const auto& user : facts.users) {
    std::vector<Subscription> chosen;
    std::ranges::copy_if(user.subscriptions, std::back_inserter(chosen),
                         [&](const Subscription& subscription) { return subscription.id == subscription_id; });
    auto decision = decide_billing(facts_of(user, chosen, facts.plans), user.open);
    note_invoices(changes, user.id, decision);
  }
  co_return co_await save_and_commit(tx, context, changes);
}

}  // namespace billing::invoices
