#include "core/facts/cancel.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/facts/subscribe.hpp"

namespace billing {
namespace {

std::unexpected<Denial> canceled_already() { return denied(DenialCode::canceled, "The subscription is canceled already."); }

}  // namespace

OrDenied<Life> cancel_now(const Life& life, bool prorate, Date today) {
  if (has_ended(life, today)) return canceled_already();
  auto canceled = life;
  auto& last = canceled.periods.back();
  if (today < life.started_on) {
    canceled.end = End{life.started_on, false, {}};
    last.days.end = last.days.start;
    return canceled;
  }
  if (!last.days.contains(today)) throw std::logic_error("cancel_now: the current period does not hold today");
  canceled.end = End{today + std::chrono::days{1}, false, {}};
  if (!prorate) canceled.end->base_until = last.days.end;
  last.days.end = canceled.end->on;
  return canceled;
}

OrDenied<Life> cancel_at_period_end(const Life& life, Date today) {
  if (has_ended(life, today)) return canceled_already();
  auto canceled = life;
  canceled.end = End{life.current().days.end, true, {}};
  return canceled;
}

OrDenied<Life> uncancel(const Life& life, const std::vector<Life>& others, Date today) {
  if (!life.end || has_ended(life, today)) return denied(DenialCode::not_pending, "No cancel of the subscription is to come.");
  auto live = life;
  live.end.reset();
  const auto taken = [&](const Life& other) { return overlaps(live, other, today); };
  if (std::ranges::any_of(others, taken)) {
    return denied(DenialCode::already_subscribed, "Another subscription of the user follows on the same plan: cancel that one first.");
  }
  return live;
}

}  // namespace billing
