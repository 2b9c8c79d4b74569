#include "core/facts/periods.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

NewSubscription anchored_on(PlanVersionPtr version, std::int64_t anchor_day, std::int64_t trial_days = 0) {
  auto wish = to(std::move(version));
  wish.anchor_day = anchor_day;
  wish.trial_days = trial_days;
  return wish;
}
Life begun_as(const NewSubscription& wish, std::string_view on) { return subscribe(subscription_id(1), wish, {}, day(on)).value(); }
Life rolled_to(Life life, std::string_view today) {
  while (auto next = roll_over(life, day(today))) life = *next;
  return life;
}
BillingPeriod full(std::string_view start, std::string_view end) { return {period(start, end), period(start, end).days(), false}; }

TEST(Periods, a_period_that_ended_is_followed_by_the_next_counted_from_the_anchor) {
  const auto life = rolled_to(begun(pro_v1(), "2026-01-31"), "2026-05-01");
  EXPECT_EQ(life.periods, (std::vector{full("2026-01-31", "2026-02-28"), full("2026-02-28", "2026-03-31"), full("2026-03-31", "2026-04-30"),
                                       full("2026-04-30", "2026-05-31")}));
  EXPECT_FALSE(roll_over(life, day("2026-05-30")));
}

TEST(Periods, every_interval_tiles_from_its_anchor) {
  struct Case {
    Interval interval;
    std::string_view second;
    std::string_view third;
  };
  for (const auto& [interval, second, third] :
       {Case{{IntervalUnit::day, 10}, "2026-01-20", "2026-01-30"}, Case{{IntervalUnit::week, 2}, "2026-01-24", "2026-02-07"},
        Case{{IntervalUnit::month, 3}, "2026-04-10", "2026-07-10"}, Case{{IntervalUnit::year, 1}, "2027-01-10", "2028-01-10"}}) {
    const auto life = begun(with_interval(pro_version(), interval.unit, interval.count), "2026-01-10");
    EXPECT_EQ(life.current(), full("2026-01-10", second));
    EXPECT_EQ(roll_over(life, day(second))->current(), full(second, third));
  }
}

TEST(Periods, an_anchor_day_makes_a_short_first_period_that_knows_its_full_days) {
  const auto life = begun_as(anchored_on(pro_v1(), 1), "2026-06-11");
  EXPECT_EQ(life.current(), (BillingPeriod{period("2026-06-11", "2026-07-01"), 30, false}));
  EXPECT_EQ(roll_over(life, day("2026-07-01"))->current(), full("2026-07-01", "2026-08-01"));
}

TEST(Periods, an_anchor_day_is_clamped_to_the_months_last_and_comes_back) {
  const auto life = rolled_to(begun_as(anchored_on(pro_v1(), 31), "2026-02-10"), "2026-04-01");
  EXPECT_EQ(life.periods, (std::vector{BillingPeriod{period("2026-02-10", "2026-02-28"), 28, false}, full("2026-02-28", "2026-03-31"),
                                       full("2026-03-31", "2026-04-30")}));
}

TEST(Periods, a_start_on_the_anchor_day_makes_a_full_first_period) {
  EXPECT_EQ(begun_as(anchored_on(pro_v1(), 11), "2026-06-11").current(), full("2026-06-11", "2026-07-11"));
}

TEST(Periods, with_longer_intervals_the_first_period_ends_at_the_next_anchor_day) {
  const auto yearly = with_interval(pro_version(), IntervalUnit::year);
  EXPECT_EQ(begun_as(anchored_on(yearly, 1), "2026-06-11").current(), (BillingPeriod{period("2026-06-11", "2026-07-01"), 365, false}));
  const auto quarterly = with_interval(pro_version(), IntervalUnit::month, 3);
  EXPECT_EQ(begun_as(anchored_on(quarterly, 1), "2026-06-11").current(), (BillingPeriod{period("2026-06-11", "2026-07-01"), 91, false}));
}

TEST(Periods, with_a_trial_the_first_paid_period_reaches_to_the_next_anchor_day) {
  const auto life = rolled_to(begun_as(anchored_on(pro_v1(), 1, 14), "2026-06-01"), "2026-07-01");
  EXPECT_EQ(life.periods, (std::vector{BillingPeriod{period("2026-06-01", "2026-06-15"), 14, true},
                                       BillingPeriod{period("2026-06-15", "2026-07-01"), 30, false}, full("2026-07-01", "2026-08-01")}));
}

TEST(Periods, after_a_trial_billing_is_anchored_on_its_end) {
  const auto life = rolled_to(begun_as(
                                  [] {
                                    auto wish = to(pro_v1());
                                    wish.trial_days = 30;
                                    return wish;
                                  }(),
                                  "2026-01-01"),
                              "2026-02-28");
  EXPECT_EQ(life.periods, (std::vector{BillingPeriod{period("2026-01-01", "2026-01-31"), 30, true}, full("2026-01-31", "2026-02-28"),
                                       full("2026-02-28", "2026-03-31")}));
}

TEST(Periods, another_interval_from_the_periods_end_on_is_the_new_anchor) {
  auto life = begun_as(anchored_on(pro_v1(), 15), "2026-06-15");
  life = changed(life, to_plan(with_interval(ent_version(), IntervalUnit::week), ChangeAt::period_end), "2026-06-20");
  EXPECT_EQ(life.current(), full("2026-06-15", "2026-07-15"));
  const auto next = rolled_to(life, "2026-07-22");
  EXPECT_EQ(next.periods[1], full("2026-07-15", "2026-07-22"));
  EXPECT_EQ(next.anchor_day, std::nullopt);
}

TEST(Periods, a_canceled_subscription_never_rolls_over) {
  const auto life = begun(pro_v1(), "2026-06-01");
  EXPECT_FALSE(roll_over(cancel_at_period_end(life, day("2026-06-10")).value(), day("2026-07-01")));
  EXPECT_FALSE(roll_over(cancel_now(life, true, day("2026-06-10")).value(), day("2026-07-01")));
}

TEST(Periods, no_period_ends_after_the_year_9999) {
  auto life = begun(with_interval(pro_version(), IntervalUnit::year, 1000), "2026-06-01");
  EXPECT_THROW(rolled_to(life, "9990-01-01"), Overflow);
}

}  // namespace
}  // namespace billing
