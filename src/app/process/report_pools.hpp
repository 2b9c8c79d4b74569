#pragma once

#include "app/app.hpp"

namespace billing::app {

/// Twice a second, until `stopping`: how many connections this thread holds and who waits for one. Each thread says so itself, for a scrape is
/// answered by any of them, and the one that has no time to answer is the one to be seen.
Task<void> report_pools(App& app, std::size_t thread, const bool& stopping);

}  // namespace billing::app
