#include "core/collecting/collection.hpp"

#include <gtest/gtest.h>

namespace billing {
namespace {

using namespace std::chrono;

constexpr Instant day0{sys_days{2026y / March / 1}};
const RetrySchedule default_schedule;

TEST(Collection, declined_attempts_are_made_on_days_0_1_4_9_and_16) {
  std::vector<std::int64_t> attempt_days{0};
  CollectionState state;
  Instant now = day0;
  while (true) {
    const auto next = after_decline(state, default_schedule, now);
    state = {next.declined_count, next.unreachable_count};
    if (!next.at) {
      EXPECT_EQ(next.collection, Collection::uncollected);
      break;
    }
    EXPECT_EQ(next.collection, Collection::retrying);
    now = *next.at;
    attempt_days.push_back(floor<days>(now - day0).count());
  }
  EXPECT_EQ(attempt_days, (std::vector<std::int64_t>{0, 1, 4, 9, 16}));
}

TEST(Collection, an_unreachable_provider_uses_up_no_attempt) {
  const auto next = after_unreachable({.declined_count = 2, .unreachable_count = 0}, day0);
  EXPECT_EQ(next, (NextAttempt{Collection::retrying, day0 + 1min, 2, 1}));
  EXPECT_EQ(after_unreachable({2, 1}, day0).at, day0 + 2min);
  EXPECT_EQ(after_unreachable({2, 30}, day0).at, day0 + 6h);
}

TEST(Collection, a_decline_ends_the_row_of_unreachable_calls) {
  EXPECT_EQ(after_decline({0, 5}, default_schedule, day0), (NextAttempt{Collection::retrying, day0 + 24h, 1, 0}));
}

TEST(Collection, an_attempt_by_hand_uses_up_no_retry) {
  EXPECT_EQ(after_manual_decline({0, 1}, default_schedule, day0), (NextAttempt{Collection::retrying, day0, 0, 0}));
  EXPECT_EQ(after_manual_decline({2, 1}, default_schedule, day0), (NextAttempt{Collection::retrying, day0 + days{3}, 2, 0}));
  EXPECT_EQ(after_manual_decline({5, 1}, default_schedule, day0), (NextAttempt{Collection::uncollected, std::nullopt, 5, 0}));
}

TEST(Collection, an_invoice_that_is_never_charged_by_itself_waits_as_before_after_an_attempt_by_hand) {
  EXPECT_EQ(after_decline_by_invoice({0, 3}), (NextAttempt{Collection::pending, std::nullopt, 0, 0}));
}

TEST(Collection, without_a_schedule_the_first_decline_is_the_last) {
  EXPECT_EQ(after_decline({}, RetrySchedule{{}}, day0).collection, Collection::uncollected);
}

}  // namespace
}  // namespace billing
