#pragma once

#include "rooms/usage/store.hpp"

namespace billing::usage {

/// One event, in one statement and one commit with those that come at the same time: while some are recorded, others gather and are next.
/// Nobody fails for a neighbour. Alone inside a transaction of the caller's.
Task<Recorded> record_event(Context& context, const UsageEvent& event);

}  // namespace billing::usage
