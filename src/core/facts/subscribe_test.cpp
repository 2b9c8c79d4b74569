#include "core/facts/subscribe.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

const Date today = day("2026-06-10");

OrDenied<Life> another(const NewSubscription& wish, const std::vector<Life>& others) {
  return subscribe(subscription_id(2), wish, others, today);
}
NewSubscription pro_from(std::string_view on) {
  auto wish = to(pro_v1());
  wish.starts_on = day(on);
  return wish;
}
PlanVersionPtr with_trial(std::int64_t days, std::int64_t number = 1) {
  auto version = pro_version();
  version.trial_days = days;
  version.number = number;
  return shared(std::move(version));
}

TEST(Subscribe, it_starts_today_on_the_version_given) {
  const auto life = another(to(pro_v1()), {}).value();
  EXPECT_EQ(terms_text(life), "2026-06-10 pro 1 × 1");
  EXPECT_EQ(life.current(), (BillingPeriod{period("2026-06-10", "2026-07-10"), 30, false}));
}

TEST(Subscribe, it_may_start_366_days_back_to_366_ahead) {
  for (const auto* on : {"2025-06-09", "2026-06-11", "2027-06-11"}) EXPECT_EQ(another(pro_from(on), {})->started_on, day(on));
  for (const auto* on : {"2025-06-08", "2027-06-12"}) EXPECT_EQ(denial(another(pro_from(on), {})), "day_not_allowed") << on;
}

TEST(Subscribe, a_plan_is_subscribed_once_at_a_time) {
  EXPECT_EQ(denial(another(to(pro_v1()), {begun(pro_v1(), "2026-06-01")})), "already_subscribed");
  EXPECT_EQ(denial(another(to(ent_v1()), {begun(pro_v1(), "2026-06-01")})), "");
  // A scheduled one and a pending term count.
  const auto scheduled = subscribe(subscription_id(1), pro_from("2026-12-01"), {}, today).value();
  EXPECT_EQ(denial(another(to(pro_v1()), {scheduled})), "already_subscribed");
  const auto pending = changed(begun(ent_v1(), "2026-06-01"), to_plan(pro_v1(), ChangeAt::period_end), "2026-06-10");
  EXPECT_EQ(denial(another(to(pro_v1()), {pending})), "already_subscribed");
}

TEST(Subscribe, no_day_twice_a_default_start_moves_behind_the_last_day) {
  const auto canceled_today = cancel_now(begun(pro_v1(), "2026-06-01"), true, today).value();
  EXPECT_EQ(another(to(pro_v1()), {canceled_today})->started_on, day("2026-06-11"));
  const auto ending = cancel_at_period_end(begun(pro_v1(), "2026-06-01"), today).value();
  EXPECT_EQ(another(to(pro_v1()), {ending})->started_on, day("2026-07-01"));
  EXPECT_EQ(status_on(another(to(pro_v1()), {ending}).value(), today, false), LifeStatus::scheduled);
  const auto moved_on = changed(begun(pro_v1(), "2026-06-01"), to_plan(ent_v1()), "2026-06-10");
  EXPECT_EQ(another(to(pro_v1()), {moved_on})->started_on, today);
}

TEST(Subscribe, no_day_twice_an_explicit_start_before_it_is_refused) {
  const auto canceled = cancel_now(begun(pro_v1(), "2026-06-01"), true, today).value();
  EXPECT_EQ(denial(another(pro_from("2026-06-10"), {canceled})), "already_subscribed");
  EXPECT_EQ(denial(another(pro_from("2026-06-11"), {canceled})), "");
}

TEST(Subscribe, one_canceled_before_it_began_takes_no_day) {
  const auto never = cancel_now(subscribe(subscription_id(1), pro_from("2026-12-01"), {}, today).value(), true, today).value();
  EXPECT_EQ(another(to(pro_v1()), {never})->started_on, today);
}

TEST(Subscribe, a_trial_is_given_once_a_user_and_plan) {
  const auto first = another(to(with_trial(14)), {}).value();
  EXPECT_EQ(first.current(), (BillingPeriod{period("2026-06-10", "2026-06-24"), 14, true}));
  const auto over = cancel_now(first, true, today).value();
  EXPECT_FALSE(another(to(with_trial(14, 2)), {over})->current().trial);
  auto other_plan = ent_version();
  other_plan.trial_days = 7;
  EXPECT_TRUE(another(to(shared(other_plan)), {over})->current().trial);
  // Whoever changed to the plan within a trial had a trial of it too.
  EXPECT_TRUE(had_trial_of(changed(first, to_plan(ent_v1()), "2026-06-12"), "ent"));
}

TEST(Subscribe, explicit_trial_days_override_the_plans_and_the_once) {
  auto none = to(with_trial(14));
  none.trial_days = 0;
  EXPECT_FALSE(another(none, {})->current().trial);
  const auto over = cancel_now(another(to(with_trial(14)), {}).value(), true, today).value();
  auto again = to(with_trial(14));
  again.trial_days = 3;
  EXPECT_EQ(another(again, {over})->current().full_days, 3);
}

TEST(Subscribe, an_inactive_plan_takes_nobody) {
  auto wish = to(pro_v1());
  wish.plan_active = false;
  EXPECT_EQ(denial(another(wish, {})), "plan_inactive");
}

}  // namespace
}  // namespace billing
