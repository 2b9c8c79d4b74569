#pragma once

#include "app/app.hpp"
#include "platform/http/message.hpp"

namespace billing::app {

Task<http::Response> get_clock(App& app, Context& context, const http::Request& request);      // GET /clock
Task<http::Response> advance_clock(App& app, Context& context, const http::Request& request);  // POST /clock/advance

/// The database's simulated time, which is set to `start` when it has none yet.
Task<Instant> load_simulated_time(pg::Session& db, Instant start);

/// Takes over the moves that another process has made; with a real clock it does nothing.
Task<void> catch_up_simulated_time(App& app);
/// Does so again and again, until `stopping`.
Task<void> follow_simulated_time(App& app, const bool& stopping);

}  // namespace billing::app
