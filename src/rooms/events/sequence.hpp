#pragma once

#include <string>
#include <vector>

#include "rooms/context.hpp"

namespace billing::events {

/// Whether anything that has committed has no sequence yet.
Task<bool> anything_unsequenced(pg::Session& db);
/// Up to where everything has one: another text after each time that some were given.
Task<std::string> mark(pg::Session& db);
/// Gives sequences to all that has committed; how many rows of the audit it looked at. Several at a time are harmless: one does it.
Task<std::int64_t> give_sequences(Context& context);

}  // namespace billing::events
