#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::subscriptions {

Task<http::Response> create_subscription(Context& context, const http::Request& request);  // POST /subscriptions
Task<http::Response> list_subscriptions(Context& context, const http::Request& request);   // GET /subscriptions
Task<http::Response> get_subscription(Context& context, const http::Request& request);     // GET /subscriptions/{id}
Task<http::Response> list_terms(Context& context, const http::Request& request);           // GET /subscriptions/{id}/terms
Task<http::Response> list_periods(Context& context, const http::Request& request);         // GET /subscriptions/{id}/periods
Task<http::Response> list_pauses(Context& context, const http::Request& request);          // GET /subscriptions/{id}/pauses

Task<http::Response> change_subscription(Context& context, const http::Request& request);    // POST /subscriptions/{id}/change
Task<http::Response> drop_pending_terms(Context& context, const http::Request& request);     // DELETE /subscriptions/{id}/pending
Task<http::Response> pause_subscription(Context& context, const http::Request& request);     // POST /subscriptions/{id}/pause
Task<http::Response> resume_subscription(Context& context, const http::Request& request);    // POST /subscriptions/{id}/resume
Task<http::Response> cancel_subscription(Context& context, const http::Request& request);    // POST /subscriptions/{id}/cancel
Task<http::Response> uncancel_subscription(Context& context, const http::Request& request);  // POST /subscriptions/{id}/uncancel
Task<http::Response> create_discount(Context& context, const http::Request& request);  // POST /subscriptions/{id}/discounts
Task<http::Response> delete_discount(Context& context, const http::Request& request);  // DELETE /subscriptions/{id}/discounts/{discount_id}

}  // namespace billing::subscriptions
