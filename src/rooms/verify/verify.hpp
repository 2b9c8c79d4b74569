#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "platform/postgres/pool.hpp"

namespace billing::verify {

/// A check that does not hold.
struct Finding {
  std::string_view check;        // its name
  std::int64_t count;            // violations, ≥ 1
  std::vector<std::string> ids;  // of the offenders, the first 20 in text order; where an id alone says too little, with period and metric
};

/// Runs every check on one snapshot of the database, changing nothing: the findings in the order of `checks()`, none when all hold.
/// Safe beside a running system, whose transactions it neither sees half done nor holds up. On a large database one check can take
/// minutes: the server's limits are raised here, but the pool gives up by itself after PoolOptions::statement_timeout, so give
/// it a pool made with a long one (10 minutes, as here). Throws what the pool throws.
Task<std::vector<Finding>> verify(pg::Pool& db);

/// Verifies and prints a line a check, with the promise of those that fail, then a summary. Returns the exit status: 0 when all hold, else 1.
Task<int> run(pg::Pool& db, std::FILE* out);

}  // namespace billing::verify
