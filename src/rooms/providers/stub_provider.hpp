#pragma once

#include <memory>

#include "platform/runtime/clock.hpp"
#include "platform/runtime/reactor.hpp"
#include "rooms/providers/provider.hpp"

namespace billing::providers {

/// Does what the payment method says, the same for the same attempt however often it is asked: none or "stub_ok" pays, "stub_decline" declines,
/// "stub_decline_2" declines the first 2 attempts, "stub_hard_decline" declines for good, "stub_unreachable_2" cannot be reached for the first 2 calls,
/// "stub_slow_500" pays after 500 ms, "stub_processing_60" pays, which is known 60 s after the attempt was begun, by billing's clock,
/// "stub_action_required" needs its customer, who never comes, "stub_refund_fails" pays, and its refunds fail. Refunds of the others succeed,
/// "stub_unreachable_2" and "stub_slow_500" likewise late. Anything else is declined for good as an unknown payment method.
/// A link to enter a card leads right back, as though one had been entered that works: stub_ok.
std::unique_ptr<PaymentProvider> make_stub_provider(Reactor& reactor, const Clock& clock);

}  // namespace billing::providers
