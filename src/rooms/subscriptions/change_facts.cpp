#include "rooms/subscriptions/change_facts.hpp"

#include <algorithm>

#include "core/facts/periods.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {

Refusal refusal_of(const Denial& denial, const std::string& day_pointer) {
  if (denial.code == DenialCode::day_not_allowed) return unacceptable(day_pointer, denial.detail);
  return conflict(to_text(denial.code), denial.detail);
}

namespace {

/// Saves what has become of it, with its event.
void save(pg::Transaction& tx, const Context& context, const facts::Subscription& before, const facts::Subscription& after,
          const std::string& action) {
  facts::save_facts(tx, before, after, context.clock.now());
 // A pause that had not begun, never was.
  const bool never_paused = action == "subscription.resumed" && before.status != LifeStatus::paused;
  audit::record(tx, context,
                {{never_paused ? "subscription.pause_taken_back" : action, "subscription", after.life.id.text(), after.user_id.text(),
                  std::string{to_text(before.status)}, std::string{to_text(after.status)}}});
}

/// Whether a call counts on the day on which it was asked for: who had to wait past midnight loses nothing by it, as long as nothing has entered a
/// later period. Once the user is locked.
Task<bool> counts_as_asked(pg::Transaction& tx, const Context& context, SubscriptionId id, Instant asked) {
  const auto subscription = co_await facts::find_subscription(tx, id);
  co_return date_of(context.clock.now()) > date_of(asked) && subscription && subscription->life.current().days.start <= date_of(asked);
}

/// A period that could not be billed is over all the same, and stays to be billed.
facts::Subscription caught_up(facts::Subscription subscription, Date today) {
  while (auto next = roll_over(subscription.life, today)) subscription.life = *std::move(next);
  return subscription;
}

std::vector<Life> others_than(const std::vector<facts::Subscription>& all, SubscriptionId id) {
  std::vector<Life> others;
  for (const auto& one : all) {
    if (one.life.id != id) others.push_back(one.life);
  }
  return others;
}

}  // namespace

Task<ChangedSubscription> change_facts(Context& context, SubscriptionId id, ChangeName name, Decide decide) {
  const auto asked = context.clock.now();
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  const auto user_id = co_await facts::owner_of(tx, id);
  users::lock_users(tx, {user_id});
  invoices::Made made;
  const bool as_asked = co_await counts_as_asked(tx, context, id, asked);
  const auto now = as_asked ? asked : context.clock.now();
  if (!as_asked) {  // its period may be over: that one is billed before the next is changed
    facts::bring_forward(tx, id, now);
    made = co_await invoices::bill_due(within, {user_id});
  }

  const auto all = co_await facts::find_all_of(tx, {user_id});
  const auto before = std::ranges::find(all, id, [](const facts::Subscription& one) { return one.life.id; });
  if (before == all.end()) throw not_found("There is no subscription " + id.text() + ".");
  const auto current = caught_up(*before, date_of(now));
  const Situation situation{current, others_than(all, id), date_of(now)};
  auto decided = co_await decide(tx, situation);
  if (!decided) throw refusal_of(decided.error(), name.day_pointer);

  auto after = *before;
  after.life = std::move(decided->life);
  facts::refresh(after, now);
  if (before->billing_error) {  // still to be tried again
    after.billing_error = before->billing_error;
    after.due_at = std::min(before->due_at, after.due_at);
  }
  save(tx, context, *before, after, name.action);
  if (decided->bill != RunKind::none) {
    invoices::append(made, co_await invoices::run_for(within, user_id, id, decided->bill, situation.today));
  }
  auto changed = co_await facts::require_subscription(tx, id);
  co_await tx.commit();
  co_return ChangedSubscription{std::move(changed), std::move(made)};
}

}  // namespace billing::subscriptions
