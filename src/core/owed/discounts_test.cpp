#include <gtest/gtest.h>

#include "core/facts/periods.hpp"
#include "core/facts/testing.hpp"
#include "core/owed/owed.hpp"

namespace billing {
namespace {

using namespace test;

Discount off(Off what, EligibleItems items = {}, std::optional<std::int64_t> periods = {}) {
  return {.id = {},
          .coupon = "c",
          .off = what,
          .items = std::move(items),
          .periods = periods,
          .from = day("2026-06-01"),
          .after = {},
          .deleted_on = {}};
}
Life with(Life life, std::vector<Discount> discounts) {
  life.discounts = std::move(discounts);
  return life;
}
ClaimedUsage calls(std::int64_t count) { return {{"api_calls", {{day("2026-06-02"), count}}}}; }

/// What each item of the first period owes.
std::vector<std::int64_t> owed_by(const Life& life, std::int64_t used = 0, std::string_view today = "2026-06-15") {
  std::vector<std::int64_t> amounts;
  for (const auto& item : owed_of(life, life.periods.front(), calls(used), day(today))) amounts.push_back(item.amount.minor());
  return amounts;
}

using Cents = std::vector<std::int64_t>;
const auto ten_percent = off(percent("10"));

TEST(Discounts, a_percentage_takes_its_share_of_each_item_and_an_amount_is_used_up_item_by_item) {
  const auto life = with(begun(pro_v1(), "2026-06-01"), {ten_percent, off(500)});
  EXPECT_EQ(owed_by(life, 120'000), (Cents{3910, 1800}));
}

TEST(Discounts, they_apply_in_the_order_in_which_they_were_added) {
  const auto life = with(begun(pro_v1(), "2026-06-01"), {off(500), ten_percent});
  EXPECT_EQ(owed_by(life, 120'000), (Cents{3960, 1800}));
}

TEST(Discounts, an_item_is_rounded_once_less_its_discounts) {
  auto version = pro_version();
  version.amount = usd(0);
  version.charges = {per_unit("api_calls", "0.01")};
  const auto life = with(begun(shared(version), "2026-06-01"), {ten_percent});
  EXPECT_EQ(owed_by(life, 33), (Cents{0, 30}));
  EXPECT_EQ(owed_by(life, 66), (Cents{0, 59}));
  EXPECT_EQ(owed_by(life, 99), (Cents{0, 89}));
}

TEST(Discounts, in_advance_the_share_is_discounted_alike) {
  auto life = with(begun(in_advance(pro_version()), "2026-06-01"), {ten_percent});
  const auto advance_of = [](const Life& of) {
    return std::get<BaseOwed>(owed_of(of, of.current(), {}, day("2026-06-11")).front().how).in_advance;
  };
  EXPECT_EQ(advance_of(life), usd(4410));
  life = changed(life, to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(advance_of(life), usd(13410));
  const auto mixed = changed(with(begun(pro_v1(), "2026-06-01"), {ten_percent}), to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(advance_of(mixed), usd(11940));  // 132.67 of days in advance, exactly 90 % of 132.666…
}

TEST(Discounts, an_amount_goes_on_to_usage_and_minimum_and_is_never_paid_out) {
  auto version = pro_version();
  version.minimum = 10000;
  const auto life = with(begun(shared(version), "2026-06-01"), {off(8000)});
  const auto rolled = with(roll_over(life, day("2026-07-01")).value(), life.discounts);
  EXPECT_EQ(owed_by(rolled, 120'000, "2026-07-01"), (Cents{0, 0, 2000}));  // 49 + 20 + 31 less 80
  EXPECT_EQ(owed_by(with(life, {off(10'000'000)}), 120'000), (Cents{0, 0}));
}

TEST(Discounts, a_minimum_counts_what_base_and_usage_are_without_them) {
  auto version = pro_version();
  version.minimum = 10000;
  const auto rolled =
      roll_over(with(begun(shared(version), "2026-06-01"), {off(percent("50"), {.base = true})}), day("2026-07-01")).value();
  EXPECT_EQ(owed_by(rolled, 0, "2026-07-01"), (Cents{2450, 0, 5100}));
}

TEST(Discounts, a_coupon_says_which_items_are_eligible) {
  const auto life = begun(pro_v1(), "2026-06-01");
  EXPECT_EQ(owed_by(with(life, {off(percent("50"), {.usage = true})}), 120'000), (Cents{4900, 1000}));
  EXPECT_EQ(owed_by(with(life, {off(percent("50"), {.metrics = {"api_calls"}})}), 120'000), (Cents{4900, 1000}));
  EXPECT_EQ(owed_by(with(life, {off(percent("50"), {.metrics = {"emails"}})}), 120'000), (Cents{4900, 2000}));
  EXPECT_EQ(owed_by(with(life, {off(percent("50"), {.base = true})}), 120'000), (Cents{2450, 2000}));
}

TEST(Discounts, eligible_items_are_read_as_they_are_written) {
  EXPECT_EQ(parse_eligible({"base", "minimum", "usage", "usage:emails"}), (EligibleItems{true, true, true, {"emails"}}));
  for (const auto* text : {"", "item", "usage:", "usage:Not a metric"}) EXPECT_EQ(parse_eligible({text}), std::nullopt) << text;
}

TEST(Discounts, what_each_took_is_told_and_adds_up_to_the_cent) {
  auto life = begun(pro_v1(), "2026-06-01");
  life = changed(life, to_overrides({4901, {}}), "2026-06-01");
  life = with(life, {off(percent("33.3333")), off(percent("12.5")), off(101)});
  const auto items = owed_of(life, life.current(), {}, day("2026-06-15"));
  const auto& base = items.front();
  Money sum = base.amount;
  for (const auto& one : base.discounts) sum = sum + one.taken;
  EXPECT_EQ(base.discounts.size(), 3U);
  EXPECT_EQ(sum, base.full());
}

Life three_months(const Discount& discount, std::int64_t trial_days = 0) {
  auto wish = to(pro_v1());
  wish.trial_days = trial_days;
  auto life = with(subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value(), {discount});
  for (const auto* on : {"2026-08-01", "2026-08-01", "2026-08-01"}) {
    if (const auto next = roll_over(life, day(on))) life = with(*next, life.discounts);
  }
  return life;
}
/// "10-": one character a period.
std::string held_in(const Life& life) {
  std::string held;
  for (const auto& period : life.periods) held += holds_in(life.discounts.front(), life, period) ? '1' : '-';
  return held;
}
Discount changed_by(Discount discount, std::string_view from, std::optional<Date> after = {}, std::optional<Date> deleted = {}) {
  discount.from = day(from);
  discount.after = after;
  discount.deleted_on = deleted;
  return discount;
}

TEST(Discounts, they_hold_once_for_some_or_for_all_periods_from_that_of_their_day) {
  EXPECT_EQ(held_in(three_months(off(100, {}, 1))), "1--");
  EXPECT_EQ(held_in(three_months(off(100, {}, 2))), "11-");
  EXPECT_EQ(held_in(three_months(off(100))), "111");
  EXPECT_EQ(held_in(three_months(changed_by(off(100, {}, 1), "2026-06-30"))), "1--");
  EXPECT_EQ(held_in(three_months(changed_by(off(100, {}, 1), "2026-07-01"))), "-1-");
}

TEST(Discounts, a_trial_does_not_count) { EXPECT_EQ(held_in(three_months(off(100, {}, 1), 14)), "-1-"); }

TEST(Discounts, deleted_they_hold_to_the_periods_end_and_added_again_from_the_next) {
  EXPECT_EQ(held_in(three_months(changed_by(off(100), "2026-06-01", {}, day("2026-07-05")))), "11-");
  EXPECT_EQ(held_in(three_months(changed_by(off(100, {}, 1), "2026-07-05", day("2026-07-05")))), "--1");
  EXPECT_EQ(held_in(three_months(changed_by(off(100), "2026-06-05", day("2026-06-05"), day("2026-06-06")))), "---");
}

TEST(Discounts, periods_that_are_left_out_count) {
  auto life = three_months(off(100, {}, 2));
  life.periods.erase(life.periods.begin());
  life.discounts.front().periods_before = 1;
  EXPECT_EQ(held_in(life), "1-");
}

TEST(Discounts, their_end_is_told_once_it_is_known) {
  const auto end_of = [](const Discount& discount) {
    const auto life = three_months(discount);
    return ends_on(life.discounts.front(), life);
  };
  EXPECT_EQ(end_of(off(100)), std::nullopt);
  EXPECT_EQ(end_of(off(100, {}, 2)), day("2026-08-01"));
  EXPECT_EQ(end_of(off(100, {}, 5)), std::nullopt);
  EXPECT_EQ(end_of(changed_by(off(100), "2026-06-01", {}, day("2026-07-05"))), day("2026-08-01"));
}

}  // namespace
}  // namespace billing
