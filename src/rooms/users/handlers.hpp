#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::users {

Task<http::Response> create_user(Context& context, const http::Request& request);  // POST /users
Task<http::Response> list_users(Context& context, const http::Request& request);   // GET /users
Task<http::Response> get_user(Context& context, const http::Request& request);     // GET /users/{id}
Task<http::Response> anonymize_user(Context& context, const http::Request& request);  // POST /users/{id}/anonymize

}  // namespace billing::users
