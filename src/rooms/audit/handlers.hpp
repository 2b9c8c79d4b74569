#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::audit {

Task<http::Response> list_events(Context& context, const http::Request& request);  // GET /audit

}  // namespace billing::audit
