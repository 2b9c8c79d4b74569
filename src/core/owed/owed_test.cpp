#include "core/owed/owed.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/pause.hpp"
#include "core/facts/periods.hpp"
#include "core/facts/testing.hpp"

// The examples of the rules, in June 2026 unless they say otherwise.
namespace billing {
namespace {

using namespace test;

const Date june_30 = day("2026-06-30");

std::int64_t base_of(const Life& life) { return owed_base(life, life.periods.front()).amount.minor(); }
std::int64_t calls_of(const Life& life, const ClaimedUsage& used) {
  return owed_usage(life, life.periods.front(), "api_calls", used).amount.minor();
}
ClaimedUsage calls(std::initializer_list<std::pair<std::string_view, std::int64_t>> by_day) {
  ClaimedUsage used;
  for (const auto& [on, count] : by_day) used["api_calls"][day(on)] = count;
  return used;
}
Life on_pro() { return begun(pro_v1(), "2026-06-01"); }
Life upgraded() { return changed(on_pro(), to_plan(ent_v1()), "2026-06-11"); }

TEST(OwedBase, an_upgrade_owes_each_day_at_its_plan) {
  EXPECT_EQ(base_of(upgraded()), 14900);
  EXPECT_EQ(base_of(changed(on_pro(), to_plan(ent_v1(), ChangeAt::period_start), "2026-06-11")), 19900);
}

TEST(OwedBase, twice_on_one_day_costs_nothing_and_there_and_back_costs_one_day) {
  EXPECT_EQ(base_of(changed(upgraded(), to_plan(pro_v1()), "2026-06-11")), 4900);
  EXPECT_EQ(base_of(changed(upgraded(), to_plan(pro_v1()), "2026-06-12")), 5400);
}

TEST(OwedBase, three_plans_owe_three_shares) {
  auto life = begun(flat("a", 3100), "2026-01-01");
  life = changed(life, to_plan(flat("b", 6200)), "2026-01-11");
  life = changed(life, to_plan(flat("c", 9300)), "2026-01-21");
  EXPECT_EQ(base_of(life), 6300);
}

TEST(OwedBase, the_quantity_multiplies_the_fee_of_its_days) {
  auto life = changed(begun(flat("seats", 1200), "2026-06-01"), to_quantity(10, ChangeAt::period_start), "2026-06-01");
  EXPECT_EQ(base_of(changed(life, to_quantity(15), "2026-06-11")), 16000);
}

TEST(OwedBase, paused_days_are_free) {
  const auto paused = pause(on_pro(), {}, day("2026-06-10")).value();
  EXPECT_EQ(base_of(resume(paused, day("2026-06-21")).value()), 3267);
}

TEST(OwedBase, an_override_holds_from_its_day) { EXPECT_EQ(base_of(changed(on_pro(), to_overrides({3900, {}}), "2026-06-16")), 4400); }

TEST(OwedBase, a_short_first_period_owes_its_share) {
  auto wish = to(pro_v1());
  wish.anchor_day = 1;
  const auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-11")).value();
  EXPECT_EQ(base_of(life), 3267);
  EXPECT_EQ(owed_base(*roll_over(life, day("2026-07-01")), roll_over(life, day("2026-07-01"))->current()).amount, usd(4900));
}

TEST(OwedBase, a_cancel_owes_the_days_until_it_or_without_prorating_the_whole) {
  const auto since_january = begun(pro_v1(), "2026-01-01");
  EXPECT_EQ(base_of(cancel_now(since_january, true, day("2026-01-10")).value()), 1581);
  EXPECT_EQ(base_of(cancel_now(since_january, false, day("2026-01-10")).value()), 4900);
  const auto paused = pause(on_pro(), day("2026-06-21"), day("2026-06-10")).value();
  EXPECT_EQ(base_of(cancel_now(paused, false, day("2026-06-12")).value()), 3267);
}

TEST(OwedBase, a_trial_owes_nothing) {
  auto wish = to(pro_v1());
  wish.trial_days = 30;
  const auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value();
  EXPECT_EQ(base_of(life), 0);
  EXPECT_EQ(calls_of(life, calls({{"2026-06-02", 500'000}})), 0);
}

TEST(OwedBase, its_segments_tell_the_days_plan_quantity_fee_and_reason) {
  const auto life = changed(upgraded(), to_overrides({9900, {}}, day("2026-06-21"), "loyal"), "2026-06-11");
  const auto owed = owed_base(life, life.current());
  const auto& how = std::get<BaseOwed>(owed.how);
  ASSERT_EQ(how.segments.size(), 3U);
  EXPECT_EQ(how.of_days, 30);
  EXPECT_EQ(how.segments[1].days, period("2026-06-11", "2026-06-21"));
  EXPECT_EQ(how.segments[1].plan_code, "ent");
  EXPECT_EQ(how.segments[2].fee, usd(9900));
  EXPECT_TRUE(how.segments[2].overridden);
  EXPECT_EQ(how.segments[2].reason, "loyal");
}

TEST(OwedBase, only_days_of_versions_in_advance_are_its_share_in_advance) {
  const auto life = changed(on_pro(), to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(std::get<BaseOwed>(owed_base(life, life.current()).how).in_advance, usd(13267));
}

TEST(OwedBase, the_greatest_fee_quantity_and_period_are_exact_and_beyond_them_is_an_overflow) {
  auto life = changed(begun(flat("huge", int64_max), "2026-06-01"), to_quantity(1'000'000, ChangeAt::period_start), "2026-06-01");
  EXPECT_THROW(base_of(life), Overflow);
  life = begun(flat("huge", int64_max), "2026-06-01");
  EXPECT_EQ(base_of(life), int64_max);
}

TEST(OwedUsage, every_unit_costs_what_the_plan_of_its_day_says_for_its_number) {
  EXPECT_EQ(calls_of(upgraded(), calls({{"2026-06-10", 120'000}, {"2026-06-11", 640'000}})), 2000);
  const auto downgraded = changed(begun(ent_v1(), "2026-06-01"), to_plan(pro_v1()), "2026-06-11");
  EXPECT_EQ(calls_of(downgraded, calls({{"2026-06-10", 500'000}, {"2026-06-11", 50'000}})), 5000);
}

TEST(OwedUsage, from_the_periods_start_the_new_plan_rates_all_of_it) {
  const auto life = changed(on_pro(), to_plan(ent_v1(), ChangeAt::period_start), "2026-06-11");
  EXPECT_EQ(calls_of(life, calls({{"2026-06-01", 1'100'000}})), 5000);
}

TEST(OwedUsage, neighbouring_terms_with_one_charge_are_one_segment) {
  const auto life = changed(on_pro(), to_quantity(2), "2026-06-11");
  const auto owed = owed_usage(life, life.current(), "api_calls", calls({{"2026-06-01", 60'000}, {"2026-06-20", 60'000}}));
  EXPECT_EQ(owed.amount, usd(2000));
  EXPECT_EQ(std::get<UsageOwed>(owed.how).segments.size(), 1U);
}

TEST(OwedUsage, a_segment_without_a_charge_is_free_and_its_units_count) {
  const auto life = changed(begun(flat("basic", 1900), "2026-06-01"), to_plan(pro_v1()), "2026-06-11");
  const auto owed = owed_usage(life, life.current(), "api_calls", calls({{"2026-06-01", 150'000}, {"2026-06-11", 10'000}}));
  EXPECT_EQ(owed.amount, usd(1000));
  EXPECT_EQ(std::get<UsageOwed>(owed.how).segments[0].charge, std::nullopt);
  EXPECT_EQ(owed.quantity, 160'000);
}

TEST(OwedUsage, a_volume_price_that_falls_never_owes_less_than_nothing) {
  auto version = pro_version();
  version.charges = {{"api_calls", 0, Volume{{{10, decimal("1"), {}}, {std::nullopt, decimal("0"), {}}}}}};
  auto life = begun(flat("basic", 1900), "2026-06-01");
  life = changed(life, to_plan(shared(version)), "2026-06-11");
  EXPECT_EQ(calls_of(life, calls({{"2026-06-10", 10}, {"2026-06-11", 1}})), 0);
}

TEST(OwedUsage, it_is_rounded_once_over_all_segments) {
  auto cheap = pro_version();
  cheap.charges = {per_unit("api_calls", "0.003")};
  auto other = ent_version();
  other.charges = {per_unit("api_calls", "0.002")};
  const auto life = changed(begun(shared(cheap), "2026-06-01"), to_plan(shared(other)), "2026-06-11");
  const auto owed = owed_usage(life, life.current(), "api_calls", calls({{"2026-06-01", 1}, {"2026-06-11", 1}}));
  EXPECT_EQ(owed.amount, usd(1));  // 0.003 + 0.002
  EXPECT_EQ(std::get<UsageOwed>(owed.how).rounding, decimal("0.005"));
}

PlanVersionPtr with_minimum(std::int64_t cents) {
  auto version = pro_version();
  version.minimum = cents;
  version.amount = usd(30000);
  return shared(version);
}

TEST(OwedMinimum, it_counts_days_not_paused_and_what_base_and_usage_come_to) {
  auto life = begun(with_minimum(50000), "2026-06-01");
  life = resume(pause(life, {}, day("2026-06-10")).value(), day("2026-06-21")).value();
  EXPECT_EQ(owed_minimum(life, life.current(), usd(24000)).amount, usd(9333));
  EXPECT_EQ(owed_minimum(life, life.current(), usd(25500)).amount, usd(7833));
  EXPECT_EQ(owed_minimum(life, life.current(), usd(40000)).amount, usd(0));
}

TEST(OwedMinimum, it_is_owed_once_the_period_is_over_or_at_once_on_a_cancel) {
  const auto life = begun(with_minimum(50000), "2026-06-01");
  EXPECT_EQ(owed_of(life, life.current(), {}, june_30).size(), 2U);
  const auto rolled = roll_over(life, day("2026-07-01")).value();
  EXPECT_EQ(owed_of(rolled, rolled.periods[0], {}, day("2026-07-01")).back().amount, usd(20000));
  const auto canceled = cancel_now(life, true, day("2026-06-15")).value();
  EXPECT_EQ(owed_of(canceled, canceled.current(), {}, day("2026-06-15")).back().amount, usd(10000));
}

TEST(Item, it_is_written_as_it_is_read_and_in_the_order_of_lines) {
  const Item base{ItemKind::base, ""};
  const Item usage{ItemKind::usage, "api_calls"};
  const Item minimum{ItemKind::minimum, ""};
  for (const auto& item : {base, usage, minimum}) EXPECT_EQ(Item::parse(item.text()), item);
  EXPECT_EQ(usage.text(), "usage:api_calls");
  EXPECT_TRUE(base < usage && usage < minimum);
  for (const auto* text : {"", "usage", "usage:", "usage:Api", "tax"}) EXPECT_EQ(Item::parse(text), std::nullopt) << text;
}

}  // namespace
}  // namespace billing
