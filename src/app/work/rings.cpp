#include "app/work/rings.hpp"

#include <algorithm>

#include "app/work/jobs.hpp"

namespace billing::app {

std::vector<std::string> RungOfLate::note(std::string_view job, std::vector<std::string> ids, Time now) {
  std::erase_if(rung_, [now](const auto& rung) { return now - rung.second > remembered; });
  std::erase_if(ids, [&](const std::string& id) { return !rung_.try_emplace(std::string{job} + ":" + id, now).second; });
  return ids;
}

namespace {

constexpr std::size_t at_once = 8;

struct Rings {
  App& app;
  std::string_view actor;
  const ScheduleEntry& entry;
  const std::vector<std::string>& ids;
  const bool& stop;
  std::size_t next = 0;

  std::vector<std::string> take() {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(next);
    next = std::min(ids.size(), next + entry.ids_per_ring);
    return {first, ids.begin() + static_cast<std::ptrdiff_t>(next)};
  }
};

Task<void> serve_one_after_the_other(Rings& rings) {
  while (!rings.stop && rings.next < rings.ids.size()) {
    co_await run_job(rings.app, rings.actor, std::string{rings.entry.job}, rings.take());
  }
}

}  // namespace

Task<void> serve_here(App& app, std::string_view actor, const ScheduleEntry& entry, std::vector<std::string> ids, const bool& stop) {
  Rings rings{app, actor, entry, ids, stop};
  TaskGroup servers;
  for (std::size_t i = 0; i < at_once; ++i) servers.spawn(serve_one_after_the_other(rings));
  co_await servers.join();
}

}  // namespace billing::app
