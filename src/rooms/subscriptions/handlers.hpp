#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::subscriptions {

Task<http::Response> create_subscription(Context& context, const http::Request& request);  // POST /subscriptions
Task<http::Response> list_subscriptions(Context& context, const http::Request& request);   // GET /subscriptions
Task<http::Response> get_subscription(Context& context, const http::Request& request);     // GET /subscriptions/{id}
// POST /subscriptions/{id}/cancel makes the final invoice: invoices/cancel_subscription.cpp

}  // namespace billing::subscriptions
