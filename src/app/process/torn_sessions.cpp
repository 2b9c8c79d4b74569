#include "app/process/torn_sessions.hpp"

#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

constexpr auto between_looks = std::chrono::seconds{1};

/// Between two messages of a pipeline a session is "active, ClientRead" for microseconds.
constexpr pg::Statement terminate_torn{R"(
  SELECT torn.pid, pg_terminate_backend(torn.pid)
  FROM (
    SELECT DISTINCT blocker.pid
    FROM pg_stat_activity waiting
    CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
    JOIN pg_stat_activity blocker ON blocker.pid = blocking.pid
    WHERE waiting.datname = current_database() AND waiting.wait_event_type = 'Lock'
      AND blocker.usename = current_user AND blocker.application_name = current_setting('application_name')
      AND blocker.state = 'active' AND blocker.wait_event = 'ClientRead' AND blocker.state_change < clock_timestamp() - interval '3 seconds'
  ) torn)"};

Task<void> look(App& app) {
  try {
    for (const auto row : co_await app.background.query(terminate_torn)) log::warn("torn_session_ended", {{"pid", row.integer(0)}});
  } catch (const std::exception& error) {
    log::debug("torn_sessions_not_looked_for", {{"error", error.what()}});
  }
}

}  // namespace

Task<void> end_torn_sessions(App& app, const bool& stopping) {
  auto next = std::chrono::steady_clock::now();
  while (!stopping) {
    if (std::chrono::steady_clock::now() >= next) {
      co_await look(app);
      next = std::chrono::steady_clock::now() + between_looks;
    }
    co_await app.reactor.sleep(std::chrono::milliseconds{100});  // a shutdown does not wait for it
  }
}

}  // namespace billing::app
