#include "core/facts/subscribe.hpp"

#include <algorithm>
#include <limits>

#include "core/facts/periods.hpp"

namespace billing {
namespace {

constexpr std::chrono::days reach{366};  // how far back and ahead a subscription may start

/// The days of a term, its subscription's end included; `end` is the last of all days where there is none.
Period days_of(const Life& life, const Term& term) {
  auto until = until_of(life, term).value_or(Date::max());
  if (life.end) until = std::min(until, life.end->on);
  return {term.from, std::max(until, term.from)};
}

/// The first day that no subscription of the user has on the plan any more; Date::max() when one goes on for ever.
Date free_from(const std::vector<Life>& lives, std::string_view plan_code) {
  auto first = Date::min();
  for (const auto& life : lives) {
    for (const auto& term : life.terms) {
      const auto days = days_of(life, term);
      if (term.version->plan_code == plan_code && days.start < days.end) first = std::max(first, days.end);
    }
  }
  return first;
}

OrDenied<Date> start_of(const NewSubscription& wish, const std::vector<Life>& others, Date today) {
  const auto& plan_code = wish.version->plan_code;
  const auto free = free_from(others, plan_code);
  if (free == Date::max()) {
    return denied(DenialCode::already_subscribed, "The user has a live subscription to the plan \"" + plan_code + "\" already.");
  }
  if (!wish.starts_on) return std::max(today, free);
  if (*wish.starts_on < today - reach || *wish.starts_on > today + reach) {
    return denied(DenialCode::day_not_allowed,
                  "A subscription starts from " + to_text(today - reach) + " to " + to_text(today + reach) + '.');
  }
  if (*wish.starts_on < free) {
    return denied(DenialCode::already_subscribed,
                  "The user has the plan \"" + plan_code + "\" until the day before " + to_text(free) + ": start on that day or later.");
  }
  return *wish.starts_on;
}

std::int64_t trial_days_of(const NewSubscription& wish, const std::vector<Life>& others) {
  if (wish.trial_days) return *wish.trial_days;
  const auto& plan_code = wish.version->plan_code;
  const auto had_one = [&](const Life& life) { return had_trial_of(life, plan_code); };
  return std::ranges::any_of(others, had_one) ? 0 : wish.version->trial_days;
}

}  // namespace

bool had_trial_of(const Life& life, std::string_view plan_code) {
  for (const auto& period : life.periods) {
    if (!period.trial) continue;
    for (const auto& term : life.terms) {
      const auto days = days_of(life, term);
      const auto shared = std::max(days.start, period.days.start) < std::min(days.end, period.days.end);
      if (shared && term.version->plan_code == plan_code) return true;
    }
  }
  return false;
}

bool overlaps(const Life& a, const Life& b, Date today) {
  for (const auto& mine : a.terms) {
    for (const auto& other : b.terms) {
      if (mine.version->plan_code != other.version->plan_code) continue;
      const auto days = days_of(a, mine);
      const auto others = days_of(b, other);
      if (std::max({days.start, others.start, today}) < std::min(days.end, others.end)) return true;
    }
  }
  return false;
}

OrDenied<Life> subscribe(SubscriptionId id, const NewSubscription& wish, const std::vector<Life>& others, Date today) {
  if (!wish.plan_active) {
    return denied(DenialCode::plan_inactive,
                  "The plan \"" + wish.version->plan_code + "\" takes no new subscriptions: choose an active one.");
  }
  const auto start = start_of(wish, others, today);
  if (!start) return std::unexpected{start.error()};
  const std::chrono::days trial{static_cast<int>(trial_days_of(wish, others))};
  Life life{.id = id,
            .started_on = *start,
            .anchor = anchor_from(*start + trial, wish.anchor_day),
            .anchor_day = wish.anchor_day,
            .terms = {{*start, wish.version, wish.quantity, wish.overrides, wish.reason}},
            .pauses = {},
            .end = {},
            .periods = {}};
  life.periods.push_back(trial.count() > 0 ? BillingPeriod{{*start, *start + trial}, trial.count(), true} : period_from(life, *start));
  return life;
}

}  // namespace billing
