#pragma once

#include <memory>
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

/// What a process is there for, as far as due rows go.
struct Duties {
  bool rings = false;  // it looks for due rows and rings for them: `billing schedule`
  bool works = false;  // it does what is due: `billing work`
};

/// Looks for due rows that nobody rang for, twice a second: a ring lost with Redis, a crash between COMMIT and XADD, time that has come. Any
/// number of processes may run it; one at a time is active. While Redis is away no ring reaches a worker: then one of the processes that
/// work does what is due by itself.
class Scheduler {
 public:
  Scheduler(App& app, Duties duties);
  ~Scheduler();

  /// Sweeps until `stop`.
  Task<void> run();
  void stop() { stopping_ = true; }

 private:
  Task<void> tick();
  Task<void> lead(bool doorbell);
  Task<void> stand_in();
  Task<bool> doorbell_works();
  Task<void> ring_for_due_rows();
  Task<void> report_oldest_due();
  Task<void> report_what_hangs();
  Task<std::int64_t> waiting_rings();

  struct State;
  App& app_;
  Duties duties_;
  bool stopping_ = false;
  std::unique_ptr<State> state_;
};

}  // namespace billing::app
