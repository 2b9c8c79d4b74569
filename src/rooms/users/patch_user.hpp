#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::users {

/// Changes what the body of PATCH /users/{id} names. What follows from a new payment method is payment_methods'.
Task<http::Response> patch_user(Context& context, const http::Request& request);

}  // namespace billing::users
