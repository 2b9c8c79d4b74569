#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::disputes {

Task<http::Response> list_disputes(Context& context, const http::Request& request);

}  // namespace billing::disputes
