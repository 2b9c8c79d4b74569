#pragma once

#include "platform/context.hpp"
#include "platform/http/message.hpp"

namespace billing::audit {

Task<http::Response> list_events(Context& context, const http::Request& request);  // GET /audit

}  // namespace billing::audit
