#include "rooms/webhooks/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/events/types.hpp"
#include "rooms/webhooks/batch.hpp"
#include "rooms/webhooks/endpoint_json.hpp"
#include "rooms/webhooks/signature.hpp"
#include "rooms/webhooks/url.hpp"

namespace billing::webhooks {
namespace {

constexpr std::int64_t most_replayed = 100'000;

EndpointId endpoint_of(const http::Request& request) { return http::path_id<EndpointId>(request, 0, "webhook endpoint"); }

void check_url(json::Object& body, std::size_t errors, const std::string& url, bool to_private) {
  if (body.error_count() != errors) return;
  if (auto problem = problem_of_url(url)) {
    body.fail("url", std::move(*problem));
  } else if (!to_private && names_private_address(url)) {
    throw Refusal(422, "webhook_address_private",
                  "The url leads to an address of this machine or of a private network. BILLING_WEBHOOKS_TO_PRIVATE=1 allows that.");
  }
}

/// Absent or null: all.
std::optional<std::vector<std::string>> parse_types(json::Object& body) {
  if (body.is_null("types")) {
    body.has("types");
    return std::nullopt;
  }
  auto types = body.optional_text_list("types", 1, 50, 64);
  if (types && !events::expand(*types)) body.fail("types", "must be types of events, such as invoice.paid or subscription.*");
  return types;
}

boost::json::object with_secret(const Endpoint& endpoint, const std::string& secret) {
  auto body = to_json(endpoint);
  body["secret"] = secret;
  return body;
}

}  // namespace

Task<http::Response> create_endpoint(Context& context, const http::Request& request, bool to_private) {
  auto body = http::json_body(request);
  const auto errors = body.error_count();
  const auto url = body.text("url", 2000);
  check_url(body, errors, url, to_private);
  const auto types = parse_types(body);
  const auto description = body.optional_text("description", 500);
  body.finish();

  const EndpointId id{new_uuid7()};
  const auto secret = new_secret();
  co_await insert_endpoint(context, id, url, types, description, secret);
  auto response = http::answer(201, with_secret(co_await require_endpoint(context.db, id), secret));
  response.set("Location", "/webhook_endpoints/" + id.text());
  co_return response;
}

Task<http::Response> list_endpoints(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {});
  const auto json = [](const Endpoint& endpoint) { return to_json(endpoint); };
  co_return co_await http::list_page(request, page, find_endpoints(context.db, page.after, page.fetch()), json);
}

Task<http::Response> get_endpoint(Context& context, const http::Request& request) {
  co_return http::answer(200, to_json(co_await require_endpoint(context.db, endpoint_of(request))));
}

Task<http::Response> patch_endpoint(Context& context, const http::Request& request, bool to_private) {
  const auto id = endpoint_of(request);
  auto body = http::json_body(request);
  EndpointChange change;
  const auto errors = body.error_count();
  change.url = body.optional_text("url", 2000);
  if (change.url) check_url(body, errors, *change.url, to_private);
  change.has_types = body.has("types");
  change.types = parse_types(body);
  change.has_description = body.has("description");
  change.description = body.nullable_text("description", 500);
  change.active = body.optional_boolean("active");
  body.finish();
  co_await update_endpoint(context, id, change);
  co_return http::answer(200, to_json(co_await require_endpoint(context.db, id)));
}

Task<http::Response> delete_endpoint(Context& context, const http::Request& request) {
  co_await delete_endpoint(context, endpoint_of(request));
  http::Response response;
  response.status = 204;
  co_return response;
}

Task<http::Response> rotate_secret(Context& context, const http::Request& request) {
  const auto id = endpoint_of(request);
  http::require_no_members(request);
  const auto secret = new_secret();
  co_await rotate_secret(context, id, secret);
  co_return http::answer(200, with_secret(co_await require_endpoint(context.db, id), secret));
}

Task<http::Response> replay_events(Context& context, const http::Request& request) {
  const auto id = endpoint_of(request);
  auto body = http::json_body(request);
  const auto from = body.integer("from_sequence", 1);
  const auto to = body.optional_integer("to_sequence", from);
  body.finish();
  const auto endpoint = co_await require_endpoint(context.db, id);
  const auto types = endpoint.types ? events::expand(*endpoint.types) : std::nullopt;
  const auto count = co_await insert_replay(context, id, types, from, to, most_replayed);
  if (!count) {
    throw unacceptable("/to_sequence", "makes it more than " + std::to_string(most_replayed) + " events: replay them in parts");
  }
  co_return http::answer(202, boost::json::object{{"deliveries", *count}});
}

Task<http::Response> test_endpoint(Context& context, const http::Request& request) {
  const auto id = endpoint_of(request);
  http::require_no_members(request);
  co_await require_endpoint(context.db, id);
  const DeliveryId delivery{new_uuid7()};
  co_await insert_test(context, id, delivery);
  co_return http::answer(201, to_json(co_await require_delivery(context.db, delivery)));
}

Task<http::Response> list_deliveries(Context& context, const http::Request& request) {
  const auto id = endpoint_of(request);
  const auto page = http::Page::of(request, {"status"});
  std::optional<DeliveryStatus> status;
  if (const auto text = request.query_param("status")) {
    status = parse_delivery_status(*text);
    if (!status) throw unacceptable("?status", "must be one of pending, succeeded, failed");
  }
  co_await require_endpoint(context.db, id);
  const auto json = [](const Delivery& delivery) { return to_json(delivery); };
  co_return co_await http::list_page(request, page, find_deliveries(context.db, id, status, page.after, page.fetch()), json);
}

Task<http::Response> get_delivery(Context& context, const http::Request& request) {
  const auto delivery = co_await require_delivery(context.db, http::path_id<DeliveryId>(request, 0, "delivery"));
  auto body = to_json(delivery);
  const auto sent = co_await body_of(context, delivery);
  body["request"] = sent ? boost::json::value(*sent) : boost::json::value();
  co_return http::answer(200, body);
}

Task<http::Response> retry_delivery(Context& context, const http::Request& request) {
  const auto id = http::path_id<DeliveryId>(request, 0, "delivery");
  http::require_no_members(request);
  co_await send_again(context, id);
  co_return http::answer(200, to_json(co_await require_delivery(context.db, id)));
}

}  // namespace billing::webhooks
