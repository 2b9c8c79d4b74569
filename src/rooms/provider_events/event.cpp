#include "rooms/provider_events/event.hpp"

#include <stdexcept>

#include "platform/json/json.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::provider_events {
namespace {

namespace stripe = providers::stripe;

std::optional<boost::json::value> parse_object(std::string_view body) {
  try {
    auto value = json::parse(body);
    if (value.is_object()) return value;
  } catch (const Refusal&) {
  }
  return std::nullopt;
}

/// By the kind of the object, whatever has happened to it: what that was is asked.
std::optional<About> about(const boost::json::value& object) {
  const auto kind = stripe::text(object, "object").value_or("");
  if (kind == "payment_intent") return About::charge;
  if (kind == "refund") return About::refund;
  if (kind == "dispute") return About::dispute;
  if (kind != "checkout.session") return std::nullopt;
  return stripe::text(object, "mode") == "setup" ? About::setup : About::charge;
}

template <class IdType>
std::optional<IdType> id_in(const boost::json::value& object, std::string_view path) {
  const auto found = stripe::text(object, path);
  return found ? IdType::parse(*found) : std::nullopt;
}

}  // namespace

std::string_view to_text(About about) {
  switch (about) {
    case About::charge: return "charge";
    case About::refund: return "refund";
    case About::dispute: return "dispute";
    case About::setup: return "setup";
  }
  throw std::logic_error("an event is about nothing of that kind");
}

std::optional<About> parse_about(std::string_view text) {
  for (const auto about : {About::charge, About::refund, About::dispute, About::setup}) {
    if (text == to_text(about)) return about;
  }
  return std::nullopt;
}

std::optional<Event> parse_stripe_event(std::string_view body) {
  const auto event = parse_object(body);
  if (!event || stripe::text(*event, "object") != "event") return std::nullopt;
  const auto* object = stripe::find(*event, "data.object");
  const auto reference = stripe::text(*event, "id");
  const auto type = stripe::text(*event, "type");
  const auto id = object ? stripe::text(*object, "id") : std::nullopt;
  const auto concerns = object ? about(*object) : std::nullopt;
  if (!reference || !type || !id || !concerns) return std::nullopt;
  return Event{.reference = *reference,
               .type = *type,
               .about = *concerns,
               .object = *id,
               .payment = id_in<PaymentId>(*object, "metadata.payment_id"),
               .refund = id_in<RefundId>(*object, "metadata.refund_id")};
}

}  // namespace billing::provider_events
