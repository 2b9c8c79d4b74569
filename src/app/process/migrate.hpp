#pragma once

#include "platform/postgres/pool.hpp"

namespace billing::app {

/// Applies the migrations that this database lacks, one transaction each, under an advisory lock: safe from many processes at once.
/// Returns how many it applied. A database with migrations of a newer binary is fine as long as they only add; std::runtime_error when one of
/// them breaks older binaries, or an applied migration differs from ours.
Task<int> migrate(pg::Pool& db);

/// Inserts the seed plans that are missing.
Task<void> seed(pg::Pool& db);

}  // namespace billing::app
