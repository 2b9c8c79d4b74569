#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "app/work/schedule.hpp"

namespace billing::app {

/// What was rung for of late, so that rows which are being worked on are not rung for twice a second.
class RungOfLate {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds remembered{15};

  /// Those of `ids` that nobody was rung for within the last `remembered`; from now on they count as rung for.
  std::vector<std::string> note(std::string_view job, std::vector<std::string> ids, Time now);
  /// All of them are to be rung for again: whoever was rung for may have been lost.
  void forget() { rung_.clear(); }

 private:
  std::map<std::string, Time> rung_;  // by job and id
};

/// Runs the entry's job for all of `ids` in this process, as many at a time as a ring holds, several rings side by side; until `stop`.
Task<void> serve_here(App& app, std::string_view actor, const ScheduleEntry& entry, std::vector<std::string> ids, const bool& stop);

}  // namespace billing::app
