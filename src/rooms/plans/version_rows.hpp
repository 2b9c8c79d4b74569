#pragma once

#include "rooms/plans/store.hpp"

namespace billing::plans {

/// Writes a version with its charges and tiers, as number `number` of its plan.
void send_version(pg::Transaction& tx, const PlanVersion& version, std::int64_t number, Instant now);

}  // namespace billing::plans
