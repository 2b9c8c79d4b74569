#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.hpp"
#include "platform/postgres/due_rows.hpp"

namespace billing::app {

/// What can be due, and the job that serves it: rows that are due from an instant on, or upkeep, which has no instant, so that the simulated
/// clock does not stop for its sake.
struct ScheduleEntry {
  struct Upkeep {
    Task<std::vector<std::string>> (*find)(pg::Session& db, Instant now, std::int64_t limit);
    Task<bool> (*anything)(pg::Session& db, Instant now, std::string made_before);  // nullptr: nobody waits for it
  };

  std::string_view job;
  const pg::DueRows* rows;
  Upkeep upkeep;  // where there are no rows
  std::size_t ids_per_ring;

  /// Ids that are due at `now`, longest due first, at most `limit`.
  Task<std::vector<std::string>> find_due(pg::Session& db, Instant now, std::int64_t limit) const;
  /// Whether anything made before the id `made_before` is due at `now`.
  Task<bool> anything_due(pg::Session& db, Instant now, std::string made_before) const;
};

std::span<const ScheduleEntry> schedule();
/// The part of it that makes invoices and collects them, in its order.
std::span<const ScheduleEntry> billing_run();

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
  /// PostgreSQL is not waited for any longer.
  void shut();

 private:
  Task<void> tick();
  Task<void> lead(bool doorbell);
  Task<void> stand_in();
  Task<bool> doorbell_works();
  Task<void> ring_for_due_rows();
  Task<void> prune_events_now_and_then();
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
