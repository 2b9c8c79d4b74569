#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::balance {

Task<http::Response> get_balance(Context& context, const http::Request& request);    // GET /users/{id}/balance
Task<http::Response> list_credits(Context& context, const http::Request& request);   // GET /users/{id}/credits
Task<http::Response> create_credit(Context& context, const http::Request& request);  // POST /users/{id}/credits
Task<http::Response> end_credit(Context& context, const http::Request& request);     // DELETE /users/{id}/credits/{id}

}  // namespace billing::balance
