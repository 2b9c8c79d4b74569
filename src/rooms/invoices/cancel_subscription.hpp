#pragma once

#include "rooms/context.hpp"
#include "rooms/subscriptions/store.hpp"

namespace billing::invoices {

enum class CancelAt : std::uint8_t { now, period_end };

/// `now` makes today the period's last day and bills the final invoice: the base fee by days used, usage in full. `period_end` lets
/// the period run out. Refusal 404 for an unknown subscription, 409 when it is canceled already, 422 when what it owes does not fit.
Task<subscriptions::Subscription> cancel_subscription(Context& context, SubscriptionId id, CancelAt at);

}  // namespace billing::invoices
