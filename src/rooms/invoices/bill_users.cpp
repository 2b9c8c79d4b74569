#include "rooms/invoices/bill_users.hpp"

#include <algorithm>
#include <utility>

#include "core/billing/due.hpp"
#include "core/facts/periods.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/queue/queue.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/billing_facts.hpp"
#include "rooms/invoices/store.hpp"

namespace billing::invoices {
namespace {

using facts::Subscription;
using Plans = std::map<SubscriptionId, std::shared_ptr<const Plan>>;

/// What one pass over some users changes, all of it saved in one transaction.
struct Changes {
  bool empty() const { return invoices.empty() && subscriptions.empty() && settled.empty(); }

  std::vector<NewInvoice> invoices;
  std::vector<std::pair<Subscription, Subscription>> subscriptions;  // before and after
  std::vector<facts::PeriodName> settled;
  std::vector<audit::Entry> audit;
};

std::vector<PeriodFacts> periods_of(const UserFacts& user, SubscriptionId id) {
  const auto found = user.periods.find(id);
  return found == user.periods.end() ? std::vector<PeriodFacts>{} : found->second;
}

std::vector<SubscriptionFacts> facts_of(const UserFacts& user, const std::vector<Subscription>& chosen, const Plans& plans) {
  std::vector<SubscriptionFacts> facts;
  for (const auto& subscription : chosen) {
    facts.push_back({subscription.life.id, plans.at(subscription.life.id).get(), subscription.life.current().days,
                     periods_of(user, subscription.life.id)});
  }
  return facts;
}

bool left_unbilled(const BillingDecision& decision, SubscriptionId id, const Period& period) {
  return std::ranges::any_of(decision.unbilled, [&](const Unbilled& left) { return left.subscription_id == id && left.period == period; });
}

void note_settled(Changes& changes, const SubscriptionFacts& facts, const BillingDecision& decision, Instant now) {
  for (const auto& period : facts.periods) {
    if (is_settled(period.period, left_unbilled(decision, facts.id, period.period), now)) {
      changes.settled.push_back({facts.id, period.period.start});
    }
  }
}

void note_invoices(Changes& changes, UserId user, BillingDecision& decision) {
  for (auto& draft : decision.invoices) changes.invoices.push_back({InvoiceId{new_uuid7()}, user, std::move(draft)});
}

/// The subscription enters the day: its next period, a term or a pause, or its end.
void note_entered(Changes& changes, const Subscription& before, Instant now) {
  const auto today = date_of(now);
  auto after = before;
  if (auto next = roll_over(before.life, today)) after.life = *std::move(next);
  const bool ended_before = before.status == LifeStatus::canceled;
  after.status = ended_before ? LifeStatus::canceled : status_on(after.life, today, after.past_due);
  after.due_at = ended_before ? std::nullopt : std::optional{facts::due_after(after.life, today)};
  after.billing_error.reset();
  if (after.status == LifeStatus::canceled && !ended_before) after.canceled_at = now;
  if (before.status != after.status) {
    const auto* action = after.status == LifeStatus::canceled ? "subscription.canceled"
                         : after.status == LifeStatus::paused ? "subscription.paused"
                                                              : "subscription.activated";
    changes.audit.push_back({action, "subscription", after.life.id.text(), after.user_id.text(), std::string{to_text(before.status)},
                             std::string{to_text(after.status)}});
  }
  changes.subscriptions.emplace_back(before, std::move(after));
}

void note_error(Changes& changes, const Subscription& before, const std::string& error, Instant now) {
  log::warn("subscription_not_billed", {{"subscription_id", before.life.id.text()}, {"error", error}});
  auto after = before;
  after.due_at = now + retry_billing_after;
  after.billing_error = error;
  changes.subscriptions.emplace_back(before, std::move(after));
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

void bill_due_user(const UserFacts& user, const Plans& plans, Instant now, Changes& changes) {
  std::vector<Subscription> due;
  for (const auto& subscription : user.subscriptions) {
    if (subscription.due_at && *subscription.due_at <= now) due.push_back(subscription);
  }
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
  for (const auto& subscription : due) note_entered(changes, subscription, now);
}

/// Everything that takes time goes first: the invoices, whose counter is shared by all, are the last step before the commit.
Task<std::vector<InvoiceId>> save_and_commit(pg::Transaction& tx, const Context& context, const Changes& changes) {
  std::vector<InvoiceId> made;
  if (changes.empty()) {
    co_await tx.end_unchanged();
    co_return made;
  }
  for (const auto& [before, after] : changes.subscriptions) facts::save_facts(tx, before, after, context.clock.now());
  facts::settle(tx, changes.settled);
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

}  // namespace

Task<std::vector<InvoiceId>> bill_due(Context& context, std::vector<std::string> user_ids) {
  std::vector<InvoiceId> made;
  while (true) {
    auto tx = co_await context.db.begin();
    const auto facts = co_await lock_and_load(tx, user_ids, context.clock.now(), true);
    Changes changes;
    for (const auto& user : facts.users) bill_due_user(user, facts.plans, context.clock.now(), changes);
    const auto ids = co_await save_and_commit(tx, context, changes);
    made.insert(made.end(), ids.begin(), ids.end());
    if (changes.subscriptions.empty()) co_return made;
  }
}

namespace {

/// Everything but what is in its trial.
void bill_user_on_demand(const UserFacts& user, const Plans& plans, Instant now, Changes& changes, OnDemand& outcome) {
  std::vector<Subscription> chosen;
  std::ranges::copy_if(user.subscriptions, std::back_inserter(chosen),
                       [](const Subscription& subscription) { return subscription.status != LifeStatus::trialing; });
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
    const bool live = chosen[i].status != LifeStatus::canceled && chosen[i].status != LifeStatus::scheduled;
    const bool waits = std::ranges::any_of(decision.unbilled, [&](const Unbilled& left) { return left.subscription_id == facts[i].id; });
    if (live || waits) outcome.considered.emplace_back(facts[i].invoice_period, facts[i].plan->amount.currency());
  }
  note_invoices(changes, user.id, decision);
}

}  // namespace

Task<void> bill_on_demand(Context& context, std::vector<std::string> user_ids, std::map<UserId, OnDemand>& outcomes) {
  while (!user_ids.empty()) {
    auto tx = co_await context.db.begin();
    const auto facts = co_await lock_and_load(tx, std::exchange(user_ids, {}), context.clock.now());
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
  const auto facts = co_await lock_and_load(tx, {user_id.text()}, context.clock.now());
  Changes changes;
  for (const auto& user : facts.users) {
    std::vector<Subscription> chosen;
    std::ranges::copy_if(user.subscriptions, std::back_inserter(chosen),
                         [&](const Subscription& subscription) { return subscription.life.id == subscription_id; });
    auto decision = decide_billing(facts_of(user, chosen, facts.plans), user.open);
    note_invoices(changes, user.id, decision);
  }
  co_return co_await save_and_commit(tx, context, changes);
}

}  // namespace billing::invoices
