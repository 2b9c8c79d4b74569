#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::stats {

Task<http::Response> get_stats(Context& context, const http::Request& request);         // GET /stats
Task<http::Response> get_revenue(Context& context, const http::Request& request);       // GET /stats/revenue
Task<http::Response> get_usage_totals(Context& context, const http::Request& request);  // GET /stats/usage

}  // namespace billing::stats
