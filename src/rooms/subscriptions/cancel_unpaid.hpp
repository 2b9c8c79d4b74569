#pragma once

#include <string_view>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::subscriptions {

/// Cancels what has been past due for as long as it may.
inline constexpr std::string_view cancel_unpaid_job = "cancel_unpaid";

/// As a cancel for today that prorates, where the subscription is still past due and its time is over (facts/due.hpp); else nothing.
Task<void> cancel_unpaid(Context& context, SubscriptionId id);

}  // namespace billing::subscriptions
