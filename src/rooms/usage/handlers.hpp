#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

Task<http::Response> record_usage(Context& context, const http::Request& request);        // POST /usage
Task<http::Response> record_usage_batch(Context& context, const http::Request& request);  // POST /usage/batch
Task<http::Response> list_daily_usage(Context& context, const http::Request& request);    // GET /usage/{user_id}
Task<http::Response> correct_usage(Context& context, const http::Request& request);       // POST /usage/corrections
Task<http::Response> list_usage_events(Context& context, const http::Request& request);   // GET /usage/{user_id}/events

}  // namespace billing::usage
