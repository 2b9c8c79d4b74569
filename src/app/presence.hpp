#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.hpp"

namespace billing::app {

/// host-pid: unique among the processes of an installation, and the beginning of its workers' names.
std::string process_name();

/// Says in Redis every few seconds that this process lives, until `stopping`. Without Redis nobody hears it, and nothing else happens.
Task<void> announce_process(App& app, std::string_view role, const bool& stopping);

/// The schedule has looked for what is due.
void announce_tick(App& app);

struct LivingProcess {
  std::string name;
  std::string role;  // serve, work, schedule, or run for all three
  std::string host;
  std::int64_t pid;
  Instant seen_at;             // in real time
  std::int64_t in_flight = 0;  // rings that it has taken and not done
};

struct Surroundings {
  std::vector<LivingProcess> processes;  // that were heard of in the last ten seconds, by name
  std::optional<Instant> last_tick;      // of the schedule, in real time
  queue::Queue::Depth depth;
};

/// What Redis knows of all processes; nullopt while it cannot be reached.
Task<std::optional<Surroundings>> look_around(App& app);

}  // namespace billing::app
