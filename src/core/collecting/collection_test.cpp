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
    const auto next = after_decline(state, Decline::soft, default_schedule, now);
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
  EXPECT_EQ(after_decline({0, 5}, Decline::soft, default_schedule, day0), (NextAttempt{Collection::retrying, day0 + 24h, 1, 0}));
}

TEST(Collection, an_attempt_by_hand_uses_up_no_retry) {
  EXPECT_EQ(after_manual_decline({0, 1}, default_schedule, day0), (NextAttempt{Collection::retrying, day0, 0, 0}));
  EXPECT_EQ(after_manual_decline({2, 1}, default_schedule, day0), (NextAttempt{Collection::retrying, day0 + days{3}, 2, 0}));
  EXPECT_EQ(after_manual_decline({5, 1}, default_schedule, day0), (NextAttempt{Collection::uncollected, std::nullopt, 5, 0}));
}

TEST(Collection, an_invoice_that_is_never_charged_by_itself_waits_as_before_after_an_attempt_by_hand) {
  EXPECT_EQ(after_decline_by_invoice({0, 3}), (NextAttempt{Collection::pending, std::nullopt, 0, 0}));
}

TEST(Collection, a_hard_decline_ends_the_schedule_and_no_attempt_by_hand_begins_it_again) {
  for (const auto& schedule : {default_schedule, RetrySchedule{{}}, RetrySchedule{std::vector<std::int64_t>(20, 1)}}) {
    const auto next = after_decline({}, Decline::hard, default_schedule, day0);
    EXPECT_EQ(next.collection, Collection::uncollected);
    EXPECT_EQ(next.declined_count, 1);
    EXPECT_EQ(after_manual_decline({1, 1, next.schedule_from}, schedule, day0).collection, Collection::uncollected);
  }
}

TEST(Collection, what_the_provider_is_at_is_asked_about_ever_less_often) {
  for (const auto& [calls, minutes_later] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {2, 2}, {5, 16}, {9, 256}, {10, 360}, {99, 360}}) {
    EXPECT_EQ(after_waiting({3, 2}, calls, day0), (NextAttempt{Collection::retrying, day0 + minutes{minutes_later}, 3, 0})) << calls;
  }
}

TEST(Collection, what_an_attempt_came_to_says_when_the_next_one_is) {
  using enum Setback;
  const NextAttempt again{Collection::retrying, day0 + days{3}, 2, 0};  // where the schedule stood after two declines
  const NextAttempt used{Collection::retrying, day0 + days{5}, 3, 0};   // one more of it is used up
  const NextAttempt over{Collection::uncollected, std::nullopt, 3, 0, -97};
  const NextAttempt over_by_hand{Collection::uncollected, std::nullopt, 2, 0, -98};
  const NextAttempt now{Collection::retrying, day0, 2, 0};
  const NextAttempt anew{Collection::retrying, day0, 2, 0, 2};
  const NextAttempt anew_after_one_more{Collection::retrying, day0, 3, 0, 3};
  const NextAttempt nowhere{Collection::pending, std::nullopt, 2, 0};
  struct {
    const char* what;
    Setback setback;
    AttemptFacts attempt;
    std::optional<NextAttempt> next;
  } const table[] = {
      {"soft", soft_decline, {}, used},
      {"hard", hard_decline, {}, over},
      {"soft, by hand", soft_decline, {.by_hand = true}, std::nullopt},
      {"soft, by hand, put off before", soft_decline, {.by_hand = true, .put_off = true}, again},
      {"hard, by hand", hard_decline, {.by_hand = true}, over_by_hand},
      {"soft, of a card that is the user's no longer", soft_decline, {.method_of_old = true}, anew_after_one_more},
      {"hard, of a card that is the user's no longer", hard_decline, {.method_of_old = true}, anew_after_one_more},
      {"soft, by hand, of such a card", soft_decline, {.by_hand = true, .method_of_old = true}, anew},
      {"never made", not_made, {}, now},
      {"never made, by hand", not_made, {.by_hand = true}, std::nullopt},
      {"never made, by hand, put off before", not_made, {.by_hand = true, .put_off = true}, again},
      {"never made, of such a card", not_made, {.method_of_old = true}, anew},
      {"hard, by hand, of an invoice that is never charged by itself", hard_decline, {.by_hand = true, .by_invoice = true}, std::nullopt},
      {"the same, put off before", hard_decline, {.by_hand = true, .by_invoice = true, .put_off = true}, nowhere},
      {"unreachable", unreachable, {.by_hand = true}, NextAttempt{Collection::retrying, day0 + 2min, 2, 2}},
      {"waiting", waiting, {.method_of_old = true, .calls = 3}, NextAttempt{Collection::retrying, day0 + 4min, 2, 0}},
  };
  for (const auto& row : table) EXPECT_EQ(after_setback(row.setback, row.attempt, {2, 1}, default_schedule, day0), row.next) << row.what;
}

TEST(Collection, a_new_payment_method_begins_the_schedule_anew_at_once) {
  EXPECT_EQ(begin_anew({}, day0), (NextAttempt{Collection::pending, day0, 0, 0, 0}));
  auto next = begin_anew({5, 0, 0}, day0);  // it was given up
  EXPECT_EQ(next, (NextAttempt{Collection::retrying, day0, 5, 0, 5}));
  std::vector<std::int64_t> waits;
  while (next.at) {
    next = after_decline({next.declined_count, 0, next.schedule_from}, Decline::soft, default_schedule, day0);
    if (next.at) waits.push_back(floor<days>(*next.at - day0).count());
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 3, 5, 7}));
  EXPECT_EQ(next.declined_count, 10);
}

TEST(Collection, without_a_schedule_the_first_decline_is_the_last) {
  EXPECT_EQ(after_decline({}, Decline::soft, RetrySchedule{{}}, day0).collection, Collection::uncollected);
}

}  // namespace
}  // namespace billing
