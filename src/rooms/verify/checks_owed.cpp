#include <algorithm>
#include <tuple>

#include "core/documents/differences.hpp"
#include "rooms/verify/checks.hpp"
#include "rooms/verify/held_by_core.hpp"

namespace billing::verify {
namespace {

constexpr Check all[] = {
    {"billed_equals_owed",
     "Of a settled period exactly what follows from its facts is billed, for base, each metric and minimum; only what was forgiven may be "
     "more."},
    {"nothing_owed_is_forgotten",
     "What a canceled subscription still owes is due, or waits for an open invoice or, after a void, for a generate."},
    {"statuses_follow_the_facts", "The status of a live subscription is that of its terms, pauses and periods."},
};
constexpr auto billed_equals_owed = all[0].name, nothing_owed_is_forgotten = all[1].name, statuses_follow_the_facts = all[2].name;

/// A life that lacks what each has is another check's finding, and nothing can be said about it here.
bool is_whole(const facts::Subscription& subscription) {
  const auto& [terms, periods] = std::tie(subscription.life.terms, subscription.life.periods);
  return !terms.empty() && !periods.empty() && terms.front().from <= periods.front().days.start;
}

const facts::Subscription& subscription_of(const UserBooks& user, SubscriptionId id) {
  return *std::ranges::find(user.subscriptions, id, [](const auto& one) { return one.life.id; });
}

bool is_settled(const facts::Subscription& subscription, Date period) {
  const auto& periods = subscription.life.periods;
  const auto found = std::ranges::find(periods, period, [](const auto& one) { return one.days.start; });
  const auto index = static_cast<std::size_t>(found - periods.begin());
  return index < subscription.settled.size() && subscription.settled[index];
}

/// The next run opens a period of such days again by itself.
bool is_to_be_opened(const UserBooks& user, const Period& period) {
  const auto next = user.late.lower_bound(period.start);
  return next != user.late.end() && *next < period.end;
}

/// Nobody looks at a canceled subscription by itself any more once due_at is empty.
bool is_left_alone(const facts::Subscription& subscription) { return subscription.status == LifeStatus::canceled && !subscription.due_at; }

bool waits_for_something(const UserBooks& user, const facts::Subscription& subscription, Currency currency) {
  return std::ranges::any_of(user.books, [&](const IssuedInvoice& invoice) {
    return invoice.is_void || (invoice.is_open && invoice.of_subscriptions && invoice.currency == currency &&
                               invoice.period == subscription.life.current().days);
  });
}

/// due_at is the next day on which something of its life begins or ends, so until the day before the status is the one entered. Who was made due at
/// once may have been looked at on that day; not where its period ends then, for it would have been rolled over.
bool follows_the_facts(const facts::Subscription& subscription) {
  if (subscription.status == LifeStatus::canceled || !subscription.due_at || subscription.billing_error) return true;
  const auto day = date_of(*subscription.due_at);
  const auto is_of = [&](Date on) { return status_on(subscription.life, on, subscription.past_due) == subscription.status; };
  if (Instant{day} != *subscription.due_at || is_of(day - std::chrono::days{1})) return true;
  return day != subscription.life.current().days.end && is_of(day);
}

}  // namespace

std::span<const Check> owed_checks() { return all; }

void compare_owed(const UserBooks& user, Date today, Offenders& found) {
  if (!std::ranges::all_of(user.subscriptions, is_whole)) return;
  std::vector<Account> accounts;
  for (const auto& one : user.subscriptions) {
    if (!follows_the_facts(one)) found[statuses_follow_the_facts].push_back(one.life.id.text());
    accounts.push_back({one.life, RunKind::generate});
  }
  std::vector<Difference> differing;
  try {
    differing = differences(accounts, user.usage, user.books, {}, today);
  } catch (const Overflow&) {
    return;  // it is not billed either, and its subscription keeps the error
  }
  for (const auto& difference : differing) {
    if (difference.amount.is_zero() || is_to_be_opened(user, difference.period.days)) continue;
    const auto& subscription = subscription_of(user, difference.key.subscription);
    const auto name = difference.key.subscription.text() + ' ' + to_text(difference.key.period) + ' ' + difference.key.item.text();
    if (is_settled(subscription, difference.key.period)) {
      found[billed_equals_owed].push_back(name);
    } else if (!difference.amount.is_negative() && is_left_alone(subscription) &&
               !waits_for_something(user, subscription, difference.amount.currency())) {
      found[nothing_owed_is_forgotten].push_back(name);
    }
  }
}

}  // namespace billing::verify
