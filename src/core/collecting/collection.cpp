#include "core/collecting/collection.hpp"

namespace billing {
namespace {

NextAttempt by_schedule(std::int64_t declined, const RetrySchedule& schedule, Instant now) {
  const auto wait = schedule.wait_after(declined);
  if (!wait) return {Collection::uncollected, std::nullopt, declined, 0};
  return {Collection::retrying, now + *wait, declined, 0};
}

}  // namespace

NextAttempt after_decline(CollectionState state, const RetrySchedule& schedule, Instant now) {
  return by_schedule(state.declined_count + 1, schedule, now);
}

NextAttempt after_unreachable(CollectionState state, Instant now) {
  const auto count = state.unreachable_count + 1;
  return {Collection::retrying, now + unreachable_backoff(count), state.declined_count, count};
}

NextAttempt after_manual_decline(CollectionState state, const RetrySchedule& schedule, Instant now) {
  if (state.declined_count == 0) return {Collection::retrying, now, 0, 0};
  return by_schedule(state.declined_count, schedule, now);
}

NextAttempt after_decline_by_invoice(CollectionState state) { return {Collection::pending, std::nullopt, state.declined_count, 0}; }

}  // namespace billing
