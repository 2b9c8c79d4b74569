#include "core/facts/change.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

const Date today = day("2026-06-11");

Life on_pro() { return begun(pro_v1(), "2026-06-01"); }
PlanVersionPtr pro_v2() {
  auto version = pro_version();
  version.number = 2;
  version.amount = usd(5900);
  return shared(std::move(version));
}
std::string after(const Life& life, const TermChange& wish) { return terms_text(changed(life, wish, "2026-06-11")); }
std::string denied_to(const Life& life, const TermChange& wish, const std::vector<Life>& others = {}) {
  return denial(change(life, wish, others, today));
}
TermChange to_version(PlanVersionPtr version) {
  TermChange wish;
  wish.version = std::move(version);
  return wish;
}

TEST(Change, it_sets_what_it_names_in_every_term_from_its_day_on) {
  auto life = changed(on_pro(), to_plan(ent_v1(), day("2026-06-20")), "2026-06-11");
  EXPECT_EQ(after(life, to_quantity(5)), "2026-06-01 pro 1 × 1; 2026-06-11 pro 1 × 5; 2026-06-20 ent 1 × 5");
  EXPECT_EQ(after(life, to_quantity(5, day("2026-06-25"))), "2026-06-01 pro 1 × 1; 2026-06-20 ent 1 × 1; 2026-06-25 ent 1 × 5");
  EXPECT_EQ(after(life, to_plan(ent_v1(), day("2026-06-15"))), "2026-06-01 pro 1 × 1; 2026-06-15 ent 1 × 1");
}

TEST(Change, the_day_is_now_the_periods_start_its_end_or_a_date) {
  EXPECT_EQ(after(on_pro(), to_plan(ent_v1())), "2026-06-01 pro 1 × 1; 2026-06-11 ent 1 × 1");
  EXPECT_EQ(after(on_pro(), to_plan(ent_v1(), ChangeAt::period_start)), "2026-06-01 ent 1 × 1");
  EXPECT_EQ(after(on_pro(), to_plan(ent_v1(), ChangeAt::period_end)), "2026-06-01 pro 1 × 1; 2026-07-01 ent 1 × 1");
  EXPECT_EQ(after(on_pro(), to_plan(ent_v1(), day("2026-06-05"))), "2026-06-01 pro 1 × 1; 2026-06-05 ent 1 × 1");
}

TEST(Change, of_several_for_one_day_the_last_counts_and_equal_neighbours_are_one_term) {
  const auto life = changed(on_pro(), to_plan(ent_v1()), "2026-06-11");
  EXPECT_EQ(after(life, to_plan(pro_v1())), "2026-06-01 pro 1 × 1");
}

TEST(Change, a_new_plan_drops_overrides_unless_they_are_named) {
  const auto life = changed(on_pro(), to_overrides({3900, {}}, ChangeAt::period_start), "2026-06-11");
  EXPECT_EQ(after(life, to_plan(ent_v1())), "2026-06-01 pro 1 × 1 at 3900; 2026-06-11 ent 1 × 1");
  auto named = to_plan(ent_v1());
  named.overrides = Overrides{9900, {}};
  EXPECT_EQ(after(life, named), "2026-06-01 pro 1 × 1 at 3900; 2026-06-11 ent 1 × 1 at 9900");
  EXPECT_EQ(after(life, to_overrides({})), "2026-06-01 pro 1 × 1 at 3900; 2026-06-11 pro 1 × 1");
}

TEST(Change, naming_the_plan_that_a_term_has_already_changes_nothing_of_it) {
  const auto life = changed(on_pro(), to_overrides({3900, {}}, ChangeAt::period_start), "2026-06-11");
  EXPECT_EQ(denied_to(life, to_plan(pro_v2())), "no_change");
  auto named = to_plan(pro_v2());
  named.version_named = true;
  EXPECT_EQ(after(life, named), "2026-06-01 pro 1 × 1 at 3900; 2026-06-11 pro 2 × 1 at 3900");
}

TEST(Change, a_version_alone_is_its_plans_and_other_plans_keep_theirs) {
  const auto life = changed(on_pro(), to_plan(ent_v1(), ChangeAt::period_end), "2026-06-11");
  EXPECT_EQ(after(life, to_version(pro_v2())), "2026-06-01 pro 1 × 1; 2026-06-11 pro 2 × 1; 2026-07-01 ent 1 × 1");
}

TEST(Change, a_term_keeps_the_reason_of_its_overrides) {
  const auto life = changed(on_pro(), to_overrides({3900, {}}, ChangeAt::now, "loyal"), "2026-06-11");
  EXPECT_EQ(changed(life, to_quantity(2), "2026-06-12").terms.back().reason, "loyal");
  EXPECT_EQ(changed(life, to_plan(ent_v1()), "2026-06-12").terms.back().reason, "");
}

TEST(Change, what_changes_nothing_is_refused) {
  EXPECT_EQ(denied_to(on_pro(), to_quantity(1)), "no_change");
  EXPECT_EQ(denied_to(on_pro(), to_overrides({}, ChangeAt::now, "only a reason")), "no_change");
}

TEST(Change, a_date_reaches_back_to_the_start_the_last_change_of_interval_or_366_days) {
  EXPECT_EQ(denied_to(on_pro(), to_quantity(2, day("2026-05-31"))), "day_not_allowed");
  EXPECT_EQ(denied_to(on_pro(), to_quantity(2, day("2027-06-12"))), "");
  EXPECT_EQ(denied_to(on_pro(), to_quantity(2, day("2027-06-13"))), "day_not_allowed");
  auto old = begun(with_interval(pro_version(), IntervalUnit::year), "2025-01-01");
  old.periods.push_back({period("2026-01-01", "2027-01-01"), 365, false});
  EXPECT_EQ(denied_to(old, to_quantity(2, day("2025-06-10"))), "");
  EXPECT_EQ(denied_to(old, to_quantity(2, day("2025-06-09"))), "day_not_allowed");
  const auto yearly = changed(on_pro(), to_plan(with_interval(ent_version(), IntervalUnit::year)), "2026-06-11");
  EXPECT_EQ(denied_to(yearly, to_quantity(2, day("2026-06-10"))), "day_not_allowed");
  EXPECT_EQ(denied_to(yearly, to_quantity(2, day("2026-06-11"))), "");
}

TEST(Change, a_scheduled_one_changes_from_its_start) {
  auto wish = to(pro_v1());
  wish.starts_on = day("2026-08-01");
  const auto life = subscribe(subscription_id(1), wish, {}, today).value();
  EXPECT_EQ(after(life, to_plan(ent_v1())), "2026-08-01 ent 1 × 1");
  EXPECT_EQ(denied_to(life, to_quantity(2, day("2026-07-31"))), "day_not_allowed");
}

TEST(Change, another_interval_now_cuts_the_period_and_is_the_new_anchor) {
  auto wish = to(pro_v1());
  wish.anchor_day = 1;
  const auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value();
  const auto result = change(life, to_plan(with_interval(ent_version(), IntervalUnit::year)), {}, today).value();
  EXPECT_TRUE(result.rolled_over);
  EXPECT_EQ(result.life.periods, (std::vector{BillingPeriod{period("2026-06-01", "2026-06-11"), 30, false},
                                              BillingPeriod{period("2026-06-11", "2027-06-11"), 365, false}}));
  EXPECT_EQ(result.life.anchor_day, std::nullopt);
}

TEST(Change, another_interval_on_a_periods_first_day_replaces_it) {
  const auto life = begun(pro_v1(), "2026-06-11");
  const auto result = change(life, to_plan(with_interval(ent_version(), IntervalUnit::week)), {}, today).value();
  EXPECT_TRUE(result.rolled_over);
  EXPECT_EQ(result.life.periods, (std::vector{BillingPeriod{period("2026-06-11", "2026-06-18"), 7, false}}));
}

TEST(Change, another_interval_begins_now_or_at_the_periods_end_only) {
  const auto weekly = with_interval(ent_version(), IntervalUnit::week);
  EXPECT_EQ(denied_to(on_pro(), to_plan(weekly, ChangeAt::period_start)), "day_not_allowed");
  EXPECT_EQ(denied_to(on_pro(), to_plan(weekly, day("2026-06-20"))), "day_not_allowed");
  EXPECT_EQ(denied_to(on_pro(), to_plan(weekly, ChangeAt::period_end)), "");
  EXPECT_EQ(denied_to(cancel_at_period_end(on_pro(), today).value(), to_plan(weekly)), "canceled");
}

TEST(Change, tax_inclusive_prices_begin_at_the_periods_end_only) {
  auto gross = ent_version();
  gross.tax_inclusive = true;
  EXPECT_EQ(denied_to(on_pro(), to_plan(shared(gross))), "day_not_allowed");
  EXPECT_EQ(denied_to(on_pro(), to_plan(shared(gross), ChangeAt::period_end)), "");
}

TEST(Change, it_never_cuts_a_trial) {
  auto wish = to(pro_v1());
  wish.trial_days = 14;
  const auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value();
  const auto result = change(life, to_plan(with_interval(ent_version(), IntervalUnit::week)), {}, today).value();
  EXPECT_FALSE(result.rolled_over);
  EXPECT_EQ(result.life.periods, life.periods);
  EXPECT_EQ(result.life.anchor, day("2026-06-15"));
}

TEST(Change, plans_in_other_currencies_inactive_ones_and_ended_subscriptions_are_refused) {
  auto euros = ent_version();
  euros.amount = money(100, "EUR");
  EXPECT_EQ(denied_to(on_pro(), to_plan(shared(euros))), "currency_differs");
  auto inactive = to_plan(ent_v1());
  inactive.plan_active = false;
  EXPECT_EQ(denied_to(on_pro(), inactive), "plan_inactive");
  EXPECT_EQ(denied_to(cancel_now(on_pro(), true, today).value(), to_quantity(2)), "canceled");
  const auto ending = cancel_at_period_end(on_pro(), today).value();
  EXPECT_EQ(denied_to(ending, to_quantity(2)), "");
  EXPECT_EQ(denied_to(ending, to_quantity(2, ChangeAt::period_end)), "canceled");
}

TEST(Change, one_plan_of_two_subscriptions_never_overlaps_from_today_on) {
  const auto other = begun(ent_v1(), "2026-06-01", 2);
  EXPECT_EQ(denied_to(on_pro(), to_plan(ent_v1()), {other}), "already_subscribed");
  EXPECT_EQ(denied_to(on_pro(), to_plan(ent_v1(), ChangeAt::period_end), {other}), "already_subscribed");
  const auto ending = cancel_at_period_end(other, today).value();
  EXPECT_EQ(denied_to(on_pro(), to_plan(ent_v1(), ChangeAt::period_end), {ending}), "");
  // Past days are as they were.
  const auto gone = cancel_now(begun(ent_v1(), "2026-06-01", 2), true, day("2026-06-10")).value();
  EXPECT_EQ(denied_to(on_pro(), to_plan(ent_v1(), ChangeAt::period_start), {gone}), "");
}

TEST(Change, what_has_not_begun_can_be_taken_back) {
  auto life = changed(on_pro(), to_quantity(2), "2026-06-11");
  life = changed(life, to_plan(ent_v1(), ChangeAt::period_end), "2026-06-11");
  EXPECT_EQ(terms_text(drop_pending(life, {}, today).value()), "2026-06-01 pro 1 × 1; 2026-06-11 pro 1 × 2");
  EXPECT_EQ(denial(drop_pending(on_pro(), {}, today)), "not_pending");
  auto wish = to(pro_v1());
  wish.starts_on = day("2026-08-01");
  EXPECT_EQ(denial(drop_pending(subscribe(subscription_id(1), wish, {}, today).value(), {}, today)), "not_pending");
  // The plan may have been given to another subscription since.
  const auto follower = subscribe(subscription_id(2), to(pro_v1()), {life}, today).value();
  EXPECT_EQ(follower.started_on, day("2026-07-01"));
  EXPECT_EQ(denial(drop_pending(life, {follower}, today)), "already_subscribed");
}

TEST(Migrate, it_sets_the_version_in_each_term_of_the_plan_from_its_day_on) {
  TermMigration wish;
  wish.to = pro_v2();
  auto life = changed(on_pro(), to_overrides({3900, {}}), "2026-06-11");
  EXPECT_EQ(terms_text(migrate(life, wish, {}, today)->life),
            "2026-06-01 pro 1 × 1; 2026-06-11 pro 1 × 1 at 3900; 2026-07-01 pro 2 × 1 at 3900");
  wish.keep_overrides = false;
  wish.at = day("2026-06-20");
  EXPECT_EQ(terms_text(migrate(life, wish, {}, today)->life), "2026-06-01 pro 1 × 1; 2026-06-11 pro 1 × 1 at 3900; 2026-06-20 pro 2 × 1");
  wish.from_versions = {2};
  EXPECT_EQ(denial(migrate(life, wish, {}, today)), "no_change");
  EXPECT_EQ(denial(migrate(begun(ent_v1(), "2026-06-01"), wish, {}, today)), "no_change");
}

}  // namespace
}  // namespace billing
