#pragma once

#include "core/facts/denied.hpp"
#include "core/facts/life.hpp"

namespace billing {

struct NewSubscription {
  PlanVersionPtr version;  // the newest of its plan, unless one was named
  bool plan_active = true;
  std::int64_t quantity = 1;
  Overrides overrides = {};
  std::optional<Date> starts_on;
  std::optional<std::int64_t> anchor_day;  // 1 to 31; only for month and year intervals (checked by whoever reads it)
  std::optional<std::int64_t> trial_days;  // 0 to 730; nullopt: the version's, once a user and plan
  std::string reason = {};
};

/// The facts of a new subscription with its first period. `others` are all the user's, canceled ones too: no day twice on one plan (a default
/// start moves behind the last day of the latest one), no second trial of a plan. A start in the past is rolled over by whoever calls.
OrDenied<Life> subscribe(SubscriptionId id, const NewSubscription& wish, const std::vector<Life>& others, Date today);

/// Whether any day of a trial of this subscription was on the plan.
bool had_trial_of(const Life& life, std::string_view plan_code);

/// The terms of one plan of two subscriptions overlap on a day from `today` on.
bool overlaps(const Life& a, const Life& b, Date today);

}  // namespace billing
