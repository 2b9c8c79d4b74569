#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::tax_rates {

Task<http::Response> create_tax_rate(Context& context, const http::Request& request);  // POST /tax_rates
Task<http::Response> list_tax_rates(Context& context, const http::Request& request);   // GET /tax_rates
Task<http::Response> get_tax_rate(Context& context, const http::Request& request);     // GET /tax_rates/{code}
Task<http::Response> patch_tax_rate(Context& context, const http::Request& request);   // PATCH /tax_rates/{code}

}  // namespace billing::tax_rates
