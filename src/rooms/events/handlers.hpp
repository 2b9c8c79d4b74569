#pragma once

#include "platform/http/message.hpp"
#include "platform/runtime/reactor.hpp"
#include "rooms/context.hpp"

namespace billing::events {

/// For those who wait for what has not happened yet.
struct Patience {
  Reactor& reactor;
  const bool& stopping;  // the process ends: nobody is to wait any longer
};
Task<http::Response> list_events(Context& context, const http::Request& request, Patience patience);  // GET /events

}  // namespace billing::events
