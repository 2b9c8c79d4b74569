#include "rooms/webhooks/endpoint_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"

namespace billing::webhooks {
namespace {

std::string_view status_of(const Endpoint& endpoint) {
  if (endpoint.disabled_at) return "disabled";
  return endpoint.active ? "active" : "inactive";
}

boost::json::value types_json(const std::optional<std::vector<std::string>>& types) {
  if (!types) return nullptr;
  return boost::json::array(types->begin(), types->end());
}

boost::json::value answer_json(const Delivery& delivery) {
  if (!delivery.answer) return nullptr;
  return boost::json::object{{"status", *delivery.answer}, {"body", http::nullable(delivery.answer_body)}};
}

boost::json::value event_json(const Delivery& delivery) {
  if (!delivery.event_id) return nullptr;
  return boost::json::object{{"id", *delivery.event_id}, {"sequence", *delivery.sequence}, {"type", http::nullable(delivery.type)}};
}

}  // namespace

boost::json::object to_json(const Endpoint& endpoint) {
  return {{"id", endpoint.id.text()},
          {"url", endpoint.url},
          {"types", types_json(endpoint.types)},
          {"description", http::nullable(endpoint.description)},
          {"active", endpoint.active},
          {"status", status_of(endpoint)},
          {"disabled_at", http::nullable(endpoint.disabled_at)},
          {"disabled_reason", http::nullable(endpoint.disabled_reason)},
          {"failing_since", http::nullable(endpoint.failing_since)},
          {"hold_until", http::nullable(endpoint.hold_until)},
          {"previous_secret_until", http::nullable(endpoint.previous_until)},
          {"next_sequence", endpoint.next_sequence},
          {"waiting", endpoint.waiting},
          {"created_at", to_text(endpoint.created_at)},
          {"updated_at", to_text(endpoint.updated_at)}};
}

boost::json::object to_json(const Delivery& delivery) {
  return {{"id", delivery.id.text()},
          {"endpoint_id", delivery.endpoint.text()},
          {"kind", delivery.kind},
          {"event", event_json(delivery)},
          {"status", to_text(delivery.status)},
          {"attempts", delivery.attempts},
          {"due_at", http::nullable(delivery.due_at)},
          {"attempted_at", http::nullable(delivery.attempted_at)},
          {"took_ms", http::nullable(delivery.took_ms)},
          {"answer", answer_json(delivery)},
          {"error", http::nullable(delivery.error)},
          {"created_at", to_text(delivery.created_at)}};
}

}  // namespace billing::webhooks
