#include "core/collecting/collection.hpp"

#include <algorithm>

namespace billing {
namespace {

/// More than any schedule has.
constexpr std::int64_t whole_schedule = 100;

NextAttempt by_schedule(CollectionState state, const RetrySchedule& schedule, Instant now) {
  const auto wait = schedule.wait_after(state.declined_count - state.schedule_from);
  if (!wait) return {Collection::uncollected, std::nullopt, state.declined_count, 0, state.schedule_from};
  return {Collection::retrying, now + *wait, state.declined_count, 0, state.schedule_from};
}

NextAttempt give_up(CollectionState state) {
  return {Collection::uncollected, std::nullopt, state.declined_count, 0, state.declined_count - whole_schedule};
}

}  // namespace

NextAttempt after_decline(CollectionState state, Decline decline, const RetrySchedule& schedule, Instant now) {
  ++state.declined_count;
  return decline == Decline::hard ? give_up(state) : by_schedule(state, schedule, now);
}

NextAttempt after_unreachable(CollectionState state, Instant now) {
  const auto count = state.unreachable_count + 1;
  return {Collection::retrying, now + unreachable_backoff(count), state.declined_count, count, state.schedule_from};
}

NextAttempt after_waiting(CollectionState state, std::int64_t calls, Instant now) {
  return {Collection::retrying, now + unreachable_backoff(std::max<std::int64_t>(calls, 1)), state.declined_count, 0, state.schedule_from};
}

NextAttempt after_manual_decline(CollectionState state, const RetrySchedule& schedule, Instant now) {
  if (state.declined_count == state.schedule_from) return {Collection::retrying, now, state.declined_count, 0, state.schedule_from};
  return by_schedule(state, schedule, now);
}

NextAttempt after_decline_by_invoice(CollectionState state) {
  return {Collection::pending, std::nullopt, state.declined_count, 0, state.schedule_from};
}

namespace {

/// What is not to be made again by this attempt is made by another one.
NextAttempt at_once(CollectionState state, Instant now) {
  return {state.declined_count == 0 ? Collection::pending : Collection::retrying, now, state.declined_count, 0, state.schedule_from};
}

bool is_decline(Setback setback) { return setback == Setback::soft_decline || setback == Setback::hard_decline; }

}  // namespace

NextAttempt begin_anew(CollectionState state, Instant now) {
  state.schedule_from = state.declined_count;
  return at_once(state, now);
}

std::optional<NextAttempt> after_setback(Setback setback, const AttemptFacts& attempt, CollectionState state, const RetrySchedule& schedule,
                                         Instant now) {
  if (setback == Setback::unreachable) return after_unreachable(state, now);
  if (setback == Setback::waiting) return after_waiting(state, attempt.calls, now);
  if (attempt.by_invoice) return attempt.put_off ? std::optional{after_decline_by_invoice(state)} : std::nullopt;
  if (is_decline(setback) && !attempt.by_hand) ++state.declined_count;
  if (attempt.method_of_old) return begin_anew(state, now);
  if (setback == Setback::hard_decline) return give_up(state);
  if (attempt.by_hand) return attempt.put_off ? std::optional{after_manual_decline(state, schedule, now)} : std::nullopt;
  return setback == Setback::not_made ? at_once(state, now) : by_schedule(state, schedule, now);
}

}  // namespace billing
