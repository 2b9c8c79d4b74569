#pragma once

#include "rooms/usage/store.hpp"

namespace billing::usage {

/// Records all events but those already refused, in the caller's transaction; results in the events' order.
Task<std::vector<Recorded>> record_events(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                                          const std::vector<std::optional<std::string>>& refusals);

}  // namespace billing::usage
