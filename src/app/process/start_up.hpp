#pragma once

#include "app/app.hpp"

namespace billing::app {

/// Makes the process' clock (a placeholder until the database was read), so that `App` can be made.
std::unique_ptr<Clock> make_clock(const Config& config);

/// Everything that must hold before a process begins: both stores answer (each is waited for ten seconds), the schema is current, the
/// admin key of the environment exists, and nobody without a key could come from outside. Fills in what `shared` learns from the database.
/// Throws std::runtime_error or ConfigError with a message for a person.
void start_up(Shared& shared, bool seed_plans, bool serves);

}  // namespace billing::app
