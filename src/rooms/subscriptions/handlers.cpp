#include "rooms/subscriptions/handlers.hpp"

#include <boost/json.hpp>

#include "base/overflow.hpp"
#include "platform/http/answer.hpp"
#include "rooms/list.hpp"
#include "rooms/subscriptions/calls.hpp"
#include "rooms/subscriptions/subscription_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {

Task<http::Response> create_subscription(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  auto wish = parse_subscribe(body);
  body.finish();

  const auto made = co_await subscribe(context, std::move(wish));
  auto response = http::answer(201, to_json(made.subscription, made.made, context.clock.today()));
  response.set("Location", "/subscriptions/" + made.subscription.life.id.text());
  co_return response;
}

namespace {

Task<std::vector<Listed>> find_listed(pg::Session& db, const facts::SubscriptionFilter& filter, Date today,
                                      std::optional<std::string> after, std::int64_t limit) {
  std::vector<Listed> listed;
  for (auto& subscription : co_await facts::find_subscriptions(db, filter, std::move(after), limit)) {
    listed.emplace_back(std::move(subscription), today);
  }
  co_return listed;
}

}  // namespace

Task<http::Response> list_subscriptions(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"user_id", "plan_code", "status", "format"});
  facts::SubscriptionFilter filter{
      .user = http::query_id<UserId>(request, "user_id"), .plan_code = request.query_param("plan_code"), .status = {}};
  if (const auto text = request.query_param("status")) {
    filter.status = parse_life_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of scheduled, trialing, active, past_due, paused, canceled");
  }
  auto find = [filter, today = context.clock.today()](pg::Session& db, auto after, auto limit) {
    return find_listed(db, filter, today, std::move(after), limit);
  };
  const auto json = [](const Listed& row) { return to_json(row.subscription, row.today); };
  co_return co_await list_or_file(context, request, page, std::move(find), json, csv_columns(), "subscriptions");
}

Task<http::Response> get_subscription(Context& context, const http::Request& request) {
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  co_return http::answer(200, to_json(co_await facts::require_subscription(context.db, id), context.clock.today()));
}

namespace {

/// What `json` makes of the dated facts of the subscription that the path names.
Task<http::Response> answer_of_life(Context& context, const http::Request& request, boost::json::array (*json)(const Life&)) {
  request.allow_query_params({});
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  co_return http::answer(200, json((co_await facts::require_subscription(context.db, id)).life));
}

}  // namespace

Task<http::Response> list_terms(Context& context, const http::Request& request) {
  co_return co_await answer_of_life(context, request, terms_json);
}

Task<http::Response> list_periods(Context& context, const http::Request& request) {
  co_return co_await answer_of_life(context, request, periods_json);
}

Task<http::Response> list_pauses(Context& context, const http::Request& request) {
  co_return co_await answer_of_life(context, request, pauses_json);
}

}  // namespace billing::subscriptions
