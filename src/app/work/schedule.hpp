#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.hpp"

namespace billing::app {

/// What can be due, and the job that serves it.
struct ScheduleEntry {
  std::string_view job;
  /// Ids that are due at `now`, longest due first, at most `limit`.
  Task<std::vector<std::string>> (*find_due)(pg::Session& db, Instant now, std::int64_t limit);
  /// When the next one is due, of all or of those due later than `after`; nullptr for upkeep, for whose sake the simulated clock does
  /// not stop.
  Task<std::optional<Instant>> (*next_due)(pg::Session& db, std::optional<Instant> after);
  /// Whether anything made before the id `made_before` is due at `now`; nullptr for upkeep.
  Task<bool> (*anything_due)(pg::Session& db, Instant now, std::string made_before);
  std::size_t ids_per_ring;
};

std::span<const ScheduleEntry> schedule();

/// Rings for due rows that nobody rang for, twice a second: a ring lost with Redis, a crash between COMMIT and XADD, time that has
/// come. Any number of processes may run it; an advisory lock lets one at a time sweep.
class Scheduler {
 public:
  explicit Scheduler(App& app) : app_(app) {}

  /// Sweeps until `stop`.
  Task<void> run();
  void stop() { stopping_ = true; }

 private:
  Task<void> tick();
  Task<void> sweep(pg::Session& db, const ScheduleEntry& entry);
  Task<void> report_oldest_due(pg::Session& db);
  Task<void> report_what_hangs(pg::Session& db);
  Task<std::int64_t> waiting_rings();

  App& app_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point next_report_{};
  std::map<std::string, std::chrono::steady_clock::time_point> rung_;  // by job and id, so that what is being worked on is left alone
};

}  // namespace billing::app
