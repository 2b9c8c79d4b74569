#include "core/catalog/pricing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

struct Row {
  std::int64_t total;
  std::string_view amount;
};
void expect_amounts(const Charge& charge, std::initializer_list<Row> rows) {
  for (const auto& row : rows) EXPECT_EQ(rate(charge, row.total).amount.text(), row.amount) << row.total << " units";
}

const std::vector<Tier>& three_tiers() {
  static const std::vector<Tier> tiers{
      {1000, decimal("0.01"), decimal("5")}, {10000, decimal("0.008"), {}}, {std::nullopt, decimal("0.005"), decimal("1")}};
  return tiers;
}

TEST(Pricing, included_units_come_off_the_quantity_first) {
  expect_amounts(per_unit("api_calls", "0.001", 100'000), {{0, "0"}, {99'999, "0"}, {100'000, "0"}, {100'001, "0.001"}, {120'000, "20"}});
  const auto rating = rate(per_unit("api_calls", "0.001", 100'000), 120'000);
  EXPECT_EQ(rating.total_quantity, 120'000);
  EXPECT_EQ(rating.included, 100'000);
  EXPECT_EQ(rating.billable, 20'000);
  EXPECT_EQ(rating.steps, (std::vector<RatingStep>{{1, std::nullopt, 20'000, decimal("0.001"), {}, decimal("20")}}));
}

TEST(Pricing, per_unit_charges_each_unit_the_same) {
  expect_amounts(per_unit("api_calls", "0.000001"), {{0, "0"}, {1, "0.000001"}, {1'500'000, "1.5"}, {int64_max, "9223372036854.775807"}});
}

TEST(Pricing, graduated_charges_each_unit_in_its_own_tier) {
  expect_amounts(
      {"api_calls", 0, Graduated{three_tiers()}},
      {{1, "5.01"}, {999, "14.99"}, {1000, "15"}, {1001, "15.008"}, {9999, "86.992"}, {10'000, "87"}, {10'001, "88.005"}, {20'000, "138"}});
  expect_amounts({"api_calls", 100, Graduated{three_tiers()}}, {{100, "0"}, {101, "5.01"}, {1100, "15"}, {1101, "15.008"}});
}

TEST(Pricing, graduated_steps_name_the_tiers_entered) {
  const auto rating = rate({"api_calls", 0, Graduated{three_tiers()}}, 10'001);
  EXPECT_EQ(rating.steps, (std::vector<RatingStep>{
                              {1, 1000, 1000, decimal("0.01"), decimal("5"), decimal("15")},
                              {1001, 10'000, 9000, decimal("0.008"), {}, decimal("72")},
                              {10'001, std::nullopt, 1, decimal("0.005"), decimal("1"), decimal("1.005")},
                          }));
  EXPECT_EQ(rate({"api_calls", 0, Graduated{three_tiers()}}, 1000).steps.size(), 1U) << "the next tier is not entered by its border";
}

TEST(Pricing, volume_charges_all_units_at_the_tier_reached) {
  expect_amounts({"api_calls", 0, Volume{three_tiers()}},
                 {{1, "5.01"}, {1000, "15"}, {1001, "8.008"}, {10'000, "80"}, {10'001, "51.005"}, {20'000, "101"}});
  expect_amounts({"api_calls", 1, Volume{three_tiers()}}, {{1, "0"}, {1001, "15"}, {1002, "8.008"}});
  EXPECT_EQ(rate({"api_calls", 0, Volume{three_tiers()}}, 1001).steps,
            (std::vector<RatingStep>{{1, 10'000, 1001, decimal("0.008"), {}, decimal("8.008")}}));
}

TEST(Pricing, a_tiers_upper_bound_is_inclusive) {
  const std::vector<Tier> tiers{{1, decimal("10"), {}}, {2, decimal("1"), {}}, {std::nullopt, decimal("0.1"), {}}};
  expect_amounts({"seats", 0, Graduated{tiers}}, {{1, "10"}, {2, "11"}, {3, "11.1"}});
  expect_amounts({"seats", 0, Volume{tiers}}, {{1, "10"}, {2, "2"}, {3, "0.3"}});
}

TEST(Pricing, package_charges_started_blocks) {
  const Package blocks{1000, decimal("2.50")};
  expect_amounts({"api_calls", 0, blocks}, {{0, "0"}, {1, "2.5"}, {999, "2.5"}, {1000, "2.5"}, {1001, "5"}, {2000, "5"}, {2001, "7.5"}});
  expect_amounts({"api_calls", 500, blocks}, {{500, "0"}, {501, "2.5"}, {1500, "2.5"}, {1501, "5"}});
  expect_amounts({"api_calls", 0, Package{1, decimal("0.5")}}, {{1, "0.5"}, {7, "3.5"}});
  expect_amounts({"api_calls", 0, Package{int64_max, decimal("3")}}, {{1, "3"}, {int64_max, "3"}});
  EXPECT_EQ(rate({"api_calls", 0, blocks}, 1001).steps, (std::vector<RatingStep>{{1, std::nullopt, 2, decimal("2.50"), {}, decimal("5")}}));
}

TEST(Pricing, zero_usage_bills_nothing) {
  const std::vector<Tier> flat_only{{std::nullopt, {}, decimal("99")}};
  for (const PricingModel& model : {PricingModel{PerUnit{decimal("1")}}, PricingModel{Graduated{flat_only}},
                                    PricingModel{Volume{flat_only}}, PricingModel{Package{10, decimal("1")}}}) {
    EXPECT_EQ(rate({"api_calls", 0, model}, 0), (Rating{0, 0, 0, {}, {}})) << model_name(model);
    EXPECT_EQ(rate({"api_calls", 10, model}, 10), (Rating{10, 10, 0, {}, {}})) << model_name(model);
  }
  EXPECT_EQ(rate({"api_calls", 0, Graduated{flat_only}}, 1).amount, decimal("99"));
}

TEST(Pricing, an_amount_that_does_not_fit_is_refused) {
  const auto dearest = "999999999999999.999999999999";
  const std::vector<Tier> tiers{{std::nullopt, decimal(dearest), {}}};
  for (const PricingModel& model : {PricingModel{PerUnit{decimal(dearest)}}, PricingModel{Graduated{tiers}}, PricingModel{Volume{tiers}},
                                    PricingModel{Package{1, decimal(dearest)}}}) {
    EXPECT_THROW(rate({"api_calls", 0, model}, int64_max), Overflow) << model_name(model);
  }
  const std::vector<Tier> each_fits{{int64_max / 500'000'000 * 100'000'000, decimal("80000000"), {}},
                                    {std::nullopt, decimal("20000000"), {}}};
  EXPECT_NO_THROW(rate({"api_calls", 0, Graduated{each_fits}}, *each_fits[0].up_to));
  EXPECT_THROW(rate({"api_calls", 0, Graduated{each_fits}}, int64_max), Overflow) << "the steps fit one by one, their sum does not";
}

TEST(Pricing, what_cannot_be_rated_is_a_mistake_of_the_caller) {
  EXPECT_THROW(rate(per_unit("api_calls", "1"), -1), std::invalid_argument);
  const std::vector<Tier> closed{{10, decimal("1"), {}}};
  EXPECT_THROW(rate({"api_calls", 0, Graduated{closed}}, 11), std::invalid_argument);
  EXPECT_THROW(rate({"api_calls", 0, Volume{closed}}, 11), std::invalid_argument);
}

std::vector<Tier> any_tiers() {
  std::vector<Tier> tiers;
  std::int64_t bound = 0;
  const auto price = [] { return Decimal::from_raw(*rc::gen::inRange<std::int64_t>(0, 3'000'000'000'000)); };
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
    bound += *rc::gen::inRange<std::int64_t>(1, 30);
    tiers.push_back({bound, price(), price()});
  }
  tiers.push_back({std::nullopt, price(), price()});
  return tiers;
}

/// The tier that holds the n-th unit, by its definition.
std::size_t tier_of_unit(const std::vector<Tier>& tiers, std::int64_t unit) {
  std::size_t i = 0;
  while (tiers[i].up_to && *tiers[i].up_to < unit) ++i;
  return i;
}

RC_GTEST_PROP(PricingProperty, graduated_is_the_sum_over_single_units, ()) {
  const auto tiers = any_tiers();
  const auto included = *rc::gen::inRange<std::int64_t>(0, 20);
  const auto total = *rc::gen::inRange<std::int64_t>(0, 150);
  Decimal sum;
  for (std::int64_t unit = 1; unit <= total - included; ++unit) {
    const auto tier = tier_of_unit(tiers, unit);
    sum = sum + tiers[tier].unit_price;
    if (unit == 1 || tier_of_unit(tiers, unit - 1) != tier) sum = sum + tiers[tier].flat_price;
  }
  RC_ASSERT(rate({"m", included, Graduated{tiers}}, total).amount == sum);
}

RC_GTEST_PROP(PricingProperty, volume_is_every_unit_at_the_last_units_tier, ()) {
  const auto tiers = any_tiers();
  const auto total = *rc::gen::inRange<std::int64_t>(1, 150);
  const auto& tier = tiers[tier_of_unit(tiers, total)];
  Decimal sum = tier.flat_price;
  for (std::int64_t unit = 1; unit <= total; ++unit) sum = sum + tier.unit_price;
  RC_ASSERT(rate({"m", 0, Volume{tiers}}, total).amount == sum);
}

RC_GTEST_PROP(PricingProperty, package_starts_a_block_whenever_the_last_is_full, ()) {
  const auto size = *rc::gen::inRange<std::int64_t>(1, 20);
  const auto total = *rc::gen::inRange<std::int64_t>(0, 200);
  std::int64_t blocks = 0;
  for (std::int64_t unit = 0; unit < total; ++unit) blocks += unit % size == 0 ? 1 : 0;
  RC_ASSERT(rate({"m", 0, Package{size, decimal("2.5")}}, total).amount == decimal("2.5").times(blocks));
}

RC_GTEST_PROP(PricingProperty, graduated_is_monotone, ()) {
  const Charge charge{"m", *rc::gen::inRange<std::int64_t>(0, 20), Graduated{any_tiers()}};
  const auto less = *rc::gen::inRange<std::int64_t>(0, 150);
  const auto more = less + *rc::gen::inRange<std::int64_t>(0, 150);
  RC_ASSERT(rate(charge, less).amount <= rate(charge, more).amount);
}

}  // namespace
}  // namespace billing
