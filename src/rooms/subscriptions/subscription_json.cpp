#include "rooms/subscriptions/subscription_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"

namespace billing::subscriptions {

boost::json::object to_json(const Subscription& subscription) {
  const auto& position = subscription.position;
  return {{"id", subscription.id.text()},
          {"user_id", subscription.user_id.text()},
          {"plan_code", subscription.plan_code},
          {"status", to_text(position.status)},
          {"current_period_start", to_text(position.current.start)},
          {"current_period_end", to_text(position.current.end)},
          {"cancel_at_period_end", subscription.cancel_at_period_end},
          {"canceled_at", http::nullable(subscription.canceled_at)},
          {"billing_error", http::nullable(subscription.billing_error)},
          {"created_at", to_text(subscription.created_at)},
          {"updated_at", to_text(subscription.updated_at)}};
}

}  // namespace billing::subscriptions
