#pragma once

#include "platform/postgres/session.hpp"

namespace billing::app {

/// Analyzes the tables that are more than four times as large as when they were last looked at. Every connection plans its statements once and keeps
/// the plans; PostgreSQL makes them anew when the statistics have changed. Autovacuum sees to that once a minute: a billing run that fills
/// empty tables would go through whole tables until then.
Task<void> analyze_what_has_grown(pg::Session& db);

}  // namespace billing::app
