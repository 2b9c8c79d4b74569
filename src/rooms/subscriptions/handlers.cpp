#include "rooms/subscriptions/handlers.hpp"

#include <boost/json.hpp>

#include "base/overflow.hpp"
#include "platform/http/answer.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/subscriptions/subscribe.hpp"
#include "rooms/subscriptions/subscription_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {
namespace {

std::string parse_metadata(json::Object& body) {
  boost::json::object metadata;
  for (const auto& [name, value] : body.optional_texts("metadata", 50, 500).value_or(std::map<std::string, std::string>{}))
    metadata[name] = value;
  return boost::json::serialize(metadata);
}

std::optional<Date> parse_day(json::Object& body, std::string_view name) {
  const auto text = body.optional_text(name, 64);
  if (!text) return std::nullopt;
  const auto day = parse_date(*text);
  if (!day) body.fail(name, "must be a day, such as 2026-02-28");
  return day;
}

SubscribeWish parse_subscribe(json::Object& body) {
  SubscribeWish wish;
  wish.user_id = http::body_id<UserId>(body, "user_id");
  wish.plan_code = body.text("plan_code", 64);
  wish.version = body.optional_integer("version", 1, INT32_MAX);
  wish.terms.quantity = body.optional_integer("quantity", 1, 1'000'000).value_or(1);
  body.optional_object("overrides", [&wish](json::Object& member) { wish.terms.overrides = plans::parse_overrides(member); });
  wish.terms.starts_on = parse_day(body, "starts_on");
  wish.terms.anchor_day = body.optional_integer("anchor_day", 1, 31);
  wish.terms.trial_days = body.optional_integer("trial_days", 0, 730);
  wish.metadata_json = parse_metadata(body);
  return wish;
}

}  // namespace

Task<http::Response> create_subscription(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  auto wish = parse_subscribe(body);
  body.finish();

  const auto made = co_await subscribe(context, std::move(wish));
  auto response = http::answer(201, to_json(made.subscription, made.made, context.clock.today()));
  response.set("Location", "/subscriptions/" + made.subscription.life.id.text());
  co_return response;
}

Task<http::Response> list_subscriptions(Context& context, const http::Request& request) {
  request.allow_query_params({"user_id", "plan_code", "status", "limit", "after"});
  const auto page = http::Page::of(request);
  facts::SubscriptionFilter filter{
      .user = http::query_id<UserId>(request, "user_id"), .plan_code = request.query_param("plan_code"), .status = {}};
  if (const auto text = request.query_param("status")) {
    filter.status = parse_life_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of scheduled, trialing, active, past_due, paused, canceled");
  }
  boost::json::array items;
  for (const auto& subscription : co_await facts::find_subscriptions(context.db, filter, page.after, page.fetch())) {
    items.push_back(to_json(subscription, context.clock.today()));
  }
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> get_subscription(Context& context, const http::Request& request) {
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  co_return http::answer(200, to_json(co_await facts::require_subscription(context.db, id), context.clock.today()));
}

Task<http::Response> list_terms(Context& context, const http::Request& request) {
  request.allow_query_params({});
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  co_return http::answer(200, terms_json((co_await facts::require_subscription(context.db, id)).life));
}

}  // namespace billing::subscriptions
