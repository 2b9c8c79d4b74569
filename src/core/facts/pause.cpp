#include "core/facts/pause.hpp"

#include <algorithm>

namespace billing {
namespace {

constexpr std::chrono::days one_day{1};

}  // namespace

OrDenied<Life> pause(const Life& life, std::optional<Date> until, Date today) {
  const auto from = today + one_day;
  if (has_ended(life, today) || (life.end && life.end->on <= from)) {
    return denied(DenialCode::canceled, "The subscription has ended by the day on which the pause would begin.");
  }
  if (until && *until <= from) {
    return denied(DenialCode::day_not_allowed, "A pause begins tomorrow: it is until " + to_text(from + one_day) + " at the earliest.");
  }
  if (pause_from(life, from)) return denied(DenialCode::already_paused, "The subscription is paused, or will be: resume it first.");
  auto paused = life;
  paused.pauses.push_back({from, until});
  return paused;
}

OrDenied<Life> resume(const Life& life, Date today) {
  if (has_ended(life, today)) return denied(DenialCode::canceled, "The subscription has ended.");
  const auto current = pause_from(life, today);
  if (!current) return denied(DenialCode::not_paused, "The subscription is not paused, and no pause of it is to come.");
  auto resumed = life;
  const auto pause = std::ranges::find(resumed.pauses, *current);
  if (current->from >= today) {
    resumed.pauses.erase(pause);
  } else {
    pause->until = today;
  }
  return resumed;
}

}  // namespace billing
