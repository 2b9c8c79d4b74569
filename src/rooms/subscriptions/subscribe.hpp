#pragma once

#include "core/facts/subscribe.hpp"
#include "rooms/subscriptions/change_facts.hpp"

namespace billing::subscriptions {

/// What a user is to be subscribed to.
struct SubscribeWish {
  UserId user_id;
  std::string plan_code;
  std::optional<std::int64_t> version;  // nullopt: the newest
  NewSubscription terms;                // its version and plan_active are found by the code
  std::optional<std::string> coupon;  // a code
  std::string metadata_json = "{}";
};

/// Makes the subscription and bills what its first day calls for. Refusal 404 for an unknown user, plan or version, 409 where core denies, 422 for a
/// member that does not go with the plan.
Task<ChangedSubscription> subscribe(Context& context, SubscribeWish wish);

}  // namespace billing::subscriptions
