#include "core/billing/subscription.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/overflow.hpp"
#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;
using enum SubscriptionStatus;

constexpr Interval monthly{IntervalUnit::month, 1};

Plan with_trial(std::int64_t days) {
  auto made = plan(usd(4900));
  made.trial_days = days;
  return made;
}

TEST(Subscription, the_first_period_starts_today) {
  EXPECT_EQ(subscribe(plan(usd(4900)), day("2026-01-31")), (Position{active, day("2026-01-31"), 0, period("2026-01-31", "2026-02-28")}));
}

TEST(Subscription, a_trial_is_a_first_period_of_its_own) {
  EXPECT_EQ(subscribe(with_trial(14), day("2026-01-17")), (Position{trialing, day("2026-01-31"), -1, period("2026-01-17", "2026-01-31")}));
}

TEST(Subscription, billing_is_anchored_on_the_trials_end) {
  auto position = subscribe(with_trial(14), day("2026-01-17"));
  position = roll_over(position, monthly, false);
  EXPECT_EQ(position, (Position{active, day("2026-01-31"), 0, period("2026-01-31", "2026-02-28")}));
  position = roll_over(position, monthly, false);
  EXPECT_EQ(position.current, period("2026-02-28", "2026-03-31"));
}

TEST(Subscription, a_period_that_ended_is_followed_by_the_next) {
  auto position = subscribe(plan(usd(4900)), day("2026-01-31"));
  for (const auto& next : {period("2026-02-28", "2026-03-31"), period("2026-03-31", "2026-04-30"), period("2026-04-30", "2026-05-31")}) {
    position = roll_over(position, monthly, false);
    EXPECT_EQ(position.current, next);
    EXPECT_EQ(position.status, active);
  }
  EXPECT_EQ(position.index, 3);
}

TEST(Subscription, a_past_due_subscription_still_rolls_over) {
  auto position = subscribe(plan(usd(4900)), day("2026-01-01"));
  position.status = past_due;
  position = roll_over(position, monthly, false);
  EXPECT_EQ(position.status, past_due);
  EXPECT_EQ(position.current, period("2026-02-01", "2026-03-01"));
}

TEST(Subscription, a_cancel_at_the_periods_end_keeps_the_period_whole) {
  auto position = subscribe(plan(usd(4900)), day("2026-01-01"));
  EXPECT_EQ(roll_over(position, monthly, true), (Position{canceled, day("2026-01-01"), 0, period("2026-01-01", "2026-02-01")}));
  const auto trial = subscribe(with_trial(14), day("2026-01-17"));
  EXPECT_EQ(roll_over(trial, monthly, true), (Position{canceled, day("2026-01-31"), -1, period("2026-01-17", "2026-01-31")}));
}

TEST(Subscription, canceling_at_once_makes_today_the_last_day) {
  const auto january = subscribe(plan(usd(4900)), day("2026-01-01"));
  const struct {
    std::string_view today;
    std::string_view end;
    std::int64_t days;
  } table[] = {{"2026-01-01", "2026-01-02", 1}, {"2026-01-17", "2026-01-18", 17}, {"2026-01-31", "2026-02-01", 31}};
  for (const auto& row : table) {
    const auto last = cancel_now(january, day(row.today));
    EXPECT_EQ(last, (Position{canceled, day("2026-01-01"), 0, period("2026-01-01", row.end)})) << row.today;
    EXPECT_EQ(last.current.days(), row.days);
  }
  EXPECT_EQ(cancel_now(subscribe(with_trial(14), day("2026-01-17")), day("2026-01-20")).current, period("2026-01-17", "2026-01-21"));
}

TEST(Subscription, canceled_is_final) {
  auto position = subscribe(plan(usd(4900)), day("2026-01-01"));
  EXPECT_THROW(cancel_now(position, day("2026-02-01")), std::invalid_argument);
  EXPECT_THROW(cancel_now(position, day("2025-12-31")), std::invalid_argument);
  position.status = canceled;
  EXPECT_THROW(roll_over(position, monthly, false), std::invalid_argument);
  EXPECT_THROW(cancel_now(position, day("2026-01-01")), std::invalid_argument);
  for (const auto to : {trialing, active, past_due, canceled}) EXPECT_FALSE(may_become(canceled, to));
}

TEST(Subscription, every_status_but_canceled_is_live) {
  EXPECT_TRUE(is_live(trialing));
  EXPECT_TRUE(is_live(active));
  EXPECT_TRUE(is_live(past_due));
  EXPECT_FALSE(is_live(canceled));
}

TEST(Subscription, a_status_changes_only_along_its_lifecycle) {
  const std::vector<std::pair<SubscriptionStatus, SubscriptionStatus>> allowed{
      {trialing, active}, {trialing, canceled}, {active, past_due}, {active, canceled}, {past_due, active}, {past_due, canceled}};
  for (const auto from : {trialing, active, past_due, canceled}) {
    for (const auto to : {trialing, active, past_due, canceled}) {
      EXPECT_EQ(may_become(from, to), std::ranges::find(allowed, std::pair{from, to}) != allowed.end()) << to_text(from) << to_text(to);
    }
  }
}

TEST(Subscription, statuses_have_one_name_everywhere) {
  for (const auto* text : {"trialing", "active", "past_due", "canceled"}) {
    EXPECT_EQ(to_text(parse_subscription_status(text).value()), text);
  }
  for (const auto* text : {"", "cancelled", "Active"}) EXPECT_FALSE(parse_subscription_status(text)) << text;
}

TEST(Subscription, a_period_beyond_the_year_9999_is_refused) {
  EXPECT_THROW(subscribe(with_trial(3650), day("9995-01-01")), Overflow);
  EXPECT_THROW(subscribe(plan(usd(1)), day("9999-12-15")), Overflow);
  const Position last{active, day("9999-11-15"), 0, period("9999-11-15", "9999-12-15")};
  EXPECT_THROW(roll_over(last, monthly, false), Overflow);
}

RC_GTEST_PROP(SubscriptionProperty, roll_over_tiles_from_the_first_day_on, ()) {
  auto of = with_trial(*rc::gen::inRange<std::int64_t>(0, 40));
  of.interval = {*rc::gen::element(IntervalUnit::day, IntervalUnit::week, IntervalUnit::month, IntervalUnit::year),
                 *rc::gen::inRange<std::int64_t>(1, 13)};
  const auto today = day("2020-01-01") + std::chrono::days{*rc::gen::inRange(0, 4000)};
  auto position = subscribe(of, today);
  RC_ASSERT(position.current.start == today);
  for (int i = 0; i < 30; ++i) {
    const auto next = roll_over(position, of.interval, false);
    RC_ASSERT(next.current.start == position.current.end);
    RC_ASSERT(next.current.days() > 0);
    RC_ASSERT(next.index == position.index + 1);
    position = next;
  }
}

}  // namespace
}  // namespace billing
