#include "core/facts/pause.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

const Date today = day("2026-06-10");

Life on_pro() { return begun(pro_v1(), "2026-06-01"); }
Life paused(std::optional<Date> until = {}) { return pause(on_pro(), until, today).value(); }

TEST(Pause, it_begins_tomorrow_and_ends_before_its_day) {
  EXPECT_EQ(paused().pauses, (std::vector{Pause{day("2026-06-11"), {}}}));
  const auto life = paused(day("2026-06-13"));
  EXPECT_FALSE(is_paused_on(life, today));
  EXPECT_TRUE(is_paused_on(life, day("2026-06-12")));
  EXPECT_FALSE(is_paused_on(life, day("2026-06-13")));
  EXPECT_EQ(paused_days(life, period("2026-06-12", "2026-07-01")), 1);
}

TEST(Pause, it_is_until_the_day_after_tomorrow_at_least) {
  EXPECT_EQ(denial(pause(on_pro(), day("2026-06-11"), today)), "day_not_allowed");
  EXPECT_EQ(denial(pause(on_pro(), day("2026-06-12"), today)), "");
}

TEST(Pause, there_is_one_at_a_time) {
  EXPECT_EQ(denial(pause(paused(), {}, today)), "already_paused");
  EXPECT_EQ(denial(pause(paused(day("2026-06-13")), {}, day("2026-06-11"))), "already_paused");
  EXPECT_EQ(denial(pause(paused(day("2026-06-13")), {}, day("2026-06-12"))), "");
}

TEST(Pause, a_resume_ends_it_before_its_day_and_one_that_has_not_begun_never_was) {
  EXPECT_EQ(resume(paused(), day("2026-06-21"))->pauses, (std::vector{Pause{day("2026-06-11"), day("2026-06-21")}}));
  EXPECT_EQ(resume(paused(day("2026-06-30")), day("2026-06-21"))->pauses, (std::vector{Pause{day("2026-06-11"), day("2026-06-21")}}));
  EXPECT_TRUE(resume(paused(), today)->pauses.empty());
  EXPECT_TRUE(resume(paused(), day("2026-06-11"))->pauses.empty());
  EXPECT_EQ(denial(resume(on_pro(), today)), "not_paused");
  EXPECT_EQ(denial(resume(paused(day("2026-06-13")), day("2026-06-13"))), "not_paused");
}

TEST(Pause, an_ended_subscription_is_neither_paused_nor_resumed) {
  EXPECT_EQ(denial(pause(cancel_now(on_pro(), true, today).value(), {}, today)), "canceled");
  EXPECT_EQ(denial(pause(cancel_at_period_end(on_pro(), today).value(), {}, day("2026-06-30"))), "canceled");
  EXPECT_EQ(denial(resume(cancel_now(paused(), true, day("2026-06-12")).value(), day("2026-06-12"))), "canceled");
}

TEST(Cancel, now_makes_today_the_last_day) {
  const auto life = cancel_now(on_pro(), true, today).value();
  EXPECT_EQ(life.current(), (BillingPeriod{period("2026-06-01", "2026-06-11"), 30, false}));
  EXPECT_TRUE(holds_on(life, today));
  EXPECT_FALSE(holds_on(life, day("2026-06-11")));
  EXPECT_EQ(denial(cancel_now(life, true, today)), "canceled");
}

TEST(Cancel, at_the_periods_end_keeps_it_whole_and_can_be_taken_back) {
  const auto life = cancel_at_period_end(on_pro(), today).value();
  EXPECT_EQ(life.periods, on_pro().periods);
  EXPECT_EQ(life.end->on, day("2026-07-01"));
  EXPECT_FALSE(has_ended(life, day("2026-06-30")));
  EXPECT_TRUE(has_ended(life, day("2026-07-01")));
  EXPECT_EQ(uncancel(life, {}, day("2026-06-30"))->end.has_value(), false);
  EXPECT_EQ(denial(uncancel(life, {}, day("2026-07-01"))), "not_pending");
  EXPECT_EQ(denial(uncancel(on_pro(), {}, today)), "not_pending");
  EXPECT_EQ(denial(cancel_at_period_end(life, day("2026-07-01"))), "canceled");
}

TEST(Cancel, it_is_not_taken_back_over_a_subscription_that_follows) {
  const auto life = cancel_at_period_end(on_pro(), today).value();
  const auto follower = subscribe(subscription_id(2), to(pro_v1()), {life}, today).value();
  EXPECT_EQ(denial(uncancel(life, {follower}, today)), "already_subscribed");
}

TEST(Cancel, before_its_first_day_it_holds_on_no_day) {
  auto wish = to(pro_v1());
  wish.starts_on = day("2026-08-01");
  const auto life = cancel_now(subscribe(subscription_id(1), wish, {}, today).value(), true, today).value();
  EXPECT_FALSE(holds_on(life, day("2026-08-01")));
  EXPECT_EQ(life.current().days.days(), 0);
}

}  // namespace
}  // namespace billing
