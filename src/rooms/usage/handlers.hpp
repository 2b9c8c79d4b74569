#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

// `max_quantity`: of one event (BILLING_MAX_QUANTITY), so that a slip of the keyboard is seen before it is billed.
Task<http::Response> record_usage(Context& context, const http::Request& request, std::int64_t max_quantity);        // POST /usage
Task<http::Response> record_usage_batch(Context& context, const http::Request& request, std::int64_t max_quantity);  // POST /usage/batch
Task<http::Response> list_daily_usage(Context& context, const http::Request& request);    // GET /usage/{user_id}
Task<http::Response> correct_usage(Context& context, const http::Request& request);       // POST /usage/corrections
Task<http::Response> list_usage_events(Context& context, const http::Request& request);   // GET /usage/{user_id}/events

}  // namespace billing::usage
