#include "app/process/report_pools.hpp"

namespace billing::app {
namespace {

void report(Metrics& metrics, std::string_view thread, std::string_view name, const pg::Pool::Stats& stats) {
  metrics.set("postgres_connections", {{"thread", thread}, {"pool", name}, {"state", "open"}}, static_cast<double>(stats.open));
  metrics.set("postgres_connections", {{"thread", thread}, {"pool", name}, {"state", "in_use"}}, static_cast<double>(stats.in_use));
  metrics.set("postgres_waiting", {{"thread", thread}, {"pool", name}}, static_cast<double>(stats.waiting));
}

}  // namespace

Task<void> report_pools(App& app, std::size_t thread, const bool& stopping) {
  const auto name = std::to_string(thread);
  while (!stopping) {
    report(app.shared.metrics, name, "requests", app.db.stats());
    report(app.shared.metrics, name, "jobs", app.background.stats());
    co_await app.reactor.sleep(std::chrono::milliseconds{500});
  }
}

}  // namespace billing::app
