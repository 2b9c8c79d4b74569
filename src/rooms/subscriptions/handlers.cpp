#include "rooms/subscriptions/handlers.hpp"

#include <boost/json.hpp>

#include "base/overflow.hpp"
#include "platform/http/answer.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/plans/store.hpp"
#include "rooms/subscriptions/subscription_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {
namespace {

Task<Plan> require_active_plan(pg::Session& db, const std::string& code) {
  const auto found = co_await plans::find_plans(db, std::vector{code});
  if (found.empty()) throw not_found("There is no plan \"" + code + "\": GET /plans lists them.");
  if (!found.front().plan.active) throw conflict("plan_inactive", "The plan \"" + code + "\" takes no new subscriptions.");
  co_return found.front().plan;
}

Position first_position(const Plan& plan, Date today) {
  try {
    return subscribe(plan, today);
  } catch (const Overflow& error) {
    throw unacceptable("plan_code", std::string{"is a plan that cannot begin today: "} + error.what());
  }
}

}  // namespace

Task<http::Response> create_subscription(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  const auto user_id = http::body_id<UserId>(body, "user_id");
  const auto plan_code = body.text("plan_code", 64);
  body.finish();

  // Whatever else happens to this user's subscriptions has happened before, or comes after.
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {user_id.text()});
  co_await users::require_user(tx, user_id);
  const auto plan = co_await require_active_plan(tx, plan_code);
  const auto now = context.clock.now();
  const auto position = first_position(plan, date_of(now));
  const Subscription made{.id = SubscriptionId{new_uuid7()},
                          .user_id = user_id,
                          .plan_code = plan_code,
                          .position = position,
                          .canceled_at = {},
                          .due_at = Instant{position.current.end},
                          .billing_error = {},
                          .created_at = now,
                          .updated_at = now};
  if (!co_await insert_subscription(tx, context, made)) {
    throw conflict("already_subscribed", "The user has a live subscription to the plan \"" + plan_code + "\" already.");
  }
  co_await tx.commit();
  auto response = http::answer(201, to_json(made));
  response.set("Location", "/subscriptions/" + made.id.text());
  co_return response;
}

Task<http::Response> list_subscriptions(Context& context, const http::Request& request) {
  request.allow_query_params({"user_id", "plan_code", "status", "limit", "after"});
  const auto page = http::Page::of(request);
  SubscriptionFilter filter{
      .user = http::query_id<UserId>(request, "user_id"), .plan_code = request.query_param("plan_code"), .status = {}};
  if (const auto text = request.query_param("status")) {
    filter.status = parse_subscription_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of trialing, active, past_due, canceled");
  }
  boost::json::array items;
  for (const auto& subscription : co_await find_subscriptions(context.db, filter, page.after, page.fetch())) {
    items.push_back(to_json(subscription));
  }
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> get_subscription(Context& context, const http::Request& request) {
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  const auto subscription = co_await find_subscription(context.db, id);
  if (!subscription) throw not_found("There is no subscription " + id.text() + ".");
  co_return http::answer(200, to_json(*subscription));
}

}  // namespace billing::subscriptions
