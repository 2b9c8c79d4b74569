#pragma once

#include "base/time.hpp"
#include "platform/outbound/http_client.hpp"
#include "rooms/webhooks/deliveries.hpp"

namespace billing::webhooks {

/// What is sent: an event, or a test.
struct Message {
  DeliveryId delivery;
  bool is_new = false;  // its first attempt, which has no row yet
  std::optional<std::int64_t> sequence;
  std::int64_t attempts = 0;  // before this one
  std::string webhook_id;     // the same at each attempt: receivers tell by it what they have had
  std::optional<std::string> body;  // nullopt: the event is no longer kept
};

/// Signed, at this moment of real time.
outbound::HttpRequest request_of(const Claim& claim, const Message& message, Instant now);

/// What the attempt came to, and what they asked of us besides.
struct Judgment {
  Attempted attempted;
  std::optional<std::chrono::seconds> hold{};  // they asked not to be called before
  bool gone = false;                           // 410: they want no more
};
/// nullopt: it was not made, as we end.
std::optional<Judgment> judge(const Message& message, const outbound::HttpResult& result, std::chrono::milliseconds took, Instant now);
/// Of a message whose event is no longer kept.
Attempted given_up(const Message& message);

}  // namespace billing::webhooks
