#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace billing::provider_events {

/// What it is about: an attempt, a refund, a dispute, or where a customer enters a card.
enum class About : std::uint8_t { charge, refund, dispute, setup };
std::string_view to_text(About about);
std::optional<About> parse_about(std::string_view text);

/// What an event of Stripe's says, as far as it matters to whoever then asks.
struct Event {
  std::string reference;  // the provider's own name of the event
  std::string type;       // "payment_intent.succeeded"
  About about;
  std::string object;                 // the provider's own name of what it is about
  std::optional<PaymentId> payment;  // of ours, as its notes say
  std::optional<RefundId> refund;
};

/// nullopt: no event, or one that concerns nothing that we do. Of a body whose signature was right.
std::optional<Event> parse_stripe_event(std::string_view body);

}  // namespace billing::provider_events
