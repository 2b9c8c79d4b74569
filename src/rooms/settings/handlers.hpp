#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::settings {

Task<http::Response> get_settings(Context& context, const http::Request& request);    // GET /settings
Task<http::Response> patch_settings(Context& context, const http::Request& request);  // PATCH /settings

}  // namespace billing::settings
