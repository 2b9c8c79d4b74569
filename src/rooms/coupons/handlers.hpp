#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::coupons {

Task<http::Response> create_coupon(Context& context, const http::Request& request);  // POST /coupons
Task<http::Response> list_coupons(Context& context, const http::Request& request);   // GET /coupons
Task<http::Response> get_coupon(Context& context, const http::Request& request);     // GET /coupons/{code}
Task<http::Response> patch_coupon(Context& context, const http::Request& request);   // PATCH /coupons/{code}

}  // namespace billing::coupons
