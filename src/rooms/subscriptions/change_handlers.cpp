#include <boost/json.hpp>

#include "core/facts/cancel.hpp"
#include "core/facts/change.hpp"
#include "platform/http/answer.hpp"
#include "rooms/subscriptions/calls.hpp"
#include "rooms/subscriptions/handlers.hpp"
#include "rooms/subscriptions/subscription_json.hpp"

namespace billing::subscriptions {
namespace {

SubscriptionId path_subscription(const http::Request& request) { return http::path_id<SubscriptionId>(request, 0, "subscription"); }

/// The body; none is as good as an empty object.
json::Object body_or_none(const http::Request& request) { return request.body.empty() ? json::Object{"{}"} : http::json_body(request); }

http::Response answer_with(const Context& context, const ChangedSubscription& changed) {
  return http::answer(200, to_json(changed.subscription, changed.made, context.clock.today()));
}

/// A decision that bills nothing by itself.
OrDenied<Decision> without_bill(OrDenied<Life> life) {
  if (!life) return std::unexpected(std::move(life).error());
  return Decision{*std::move(life)};
}

/// Reads the body by `parse` and does what it asks for.
Task<http::Response> carry_out(Context& context, const http::Request& request, json::Object body, Call (*parse)(json::Object&)) {
  const auto id = path_subscription(request);
  auto call = parse(body);
  body.finish();
  co_return answer_with(context, co_await change_facts(context, id, std::move(call.name), std::move(call.decide)));
}

}  // namespace

Task<http::Response> change_subscription(Context& context, const http::Request& request) {
  co_return co_await carry_out(context, request, http::json_body(request), parse_change);
}

Task<http::Response> drop_pending_terms(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  const auto decide = [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(drop_pending(situation.subscription.life, situation.others, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.pending_dropped", ""}, decide));
}

Task<http::Response> pause_subscription(Context& context, const http::Request& request) {
  co_return co_await carry_out(context, request, body_or_none(request), parse_pause);
}

Task<http::Response> resume_subscription(Context& context, const http::Request& request) {
  co_return co_await carry_out(context, request, body_or_none(request), [](json::Object&) { return resume_call(); });
}

Task<http::Response> cancel_subscription(Context& context, const http::Request& request) {
  co_return co_await carry_out(context, request, http::json_body(request), parse_cancel);
}

Task<http::Response> uncancel_subscription(Context& context, const http::Request& request) {
  const auto id = path_subscription(request);
  body_or_none(request).finish();
  const auto decide = [](pg::Session&, const Situation& situation) -> Task<OrDenied<Decision>> {
    co_return without_bill(uncancel(situation.subscription.life, situation.others, situation.today));
  };
  co_return answer_with(context, co_await change_facts(context, id, {"subscription.cancel_taken_back", ""}, decide));
}

}  // namespace billing::subscriptions
