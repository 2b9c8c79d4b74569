#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"
#include "rooms/providers/books.hpp"

namespace billing::verify {

/// Where our books and a provider's differ, a line each for a person. Throws std::runtime_error while the provider cannot be asked.
Task<std::vector<std::string>> compare_with_provider(pg::Session& db, providers::PaymentProvider& provider, Instant since);

/// Compares attempts, refunds and disputes of the last `days` days, both ways, and prints what differs. Returns the exit status: 0 when nothing
/// does, else 1.
Task<int> run_with_provider(pg::Session& db, providers::PaymentProvider& provider, std::int64_t days, std::FILE* out);

}  // namespace billing::verify
