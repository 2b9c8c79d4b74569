#include "core/catalog/plan.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(Plan, a_code_is_lower_case_letters_digits_underscores_and_dashes) {
  const std::string longest(64, 'a');
  for (const auto& code : {std::string{"pro"}, std::string{"a"}, std::string{"0"}, std::string{"pro-2026_eu"}, longest}) {
    EXPECT_TRUE(valid_plan_code(code)) << code;
  }
  for (const auto& code : {std::string{}, longest + "a", std::string{"Pro"}, std::string{"-pro"}, std::string{"_pro"}, std::string{"a b"},
                           std::string{"a.b"}, std::string{"é"}, std::string{"a\0", 2}, std::string{"a\n"}}) {
    EXPECT_FALSE(valid_plan_code(code)) << code;
  }
}

TEST(Plan, a_metric_starts_with_a_letter) {
  const std::string longest(64, 'z');
  for (const auto& metric : {std::string{"api_calls"}, std::string{"a"}, std::string{"storage.gb_2"}, longest}) {
    EXPECT_TRUE(valid_metric(metric)) << metric;
  }
  for (const auto& metric : {std::string{}, longest + "z", std::string{"Api"}, std::string{"2fa"}, std::string{"_a"}, std::string{".a"},
                             std::string{"api-calls"}, std::string{"a b"}, std::string{"a\0", 2}}) {
    EXPECT_FALSE(valid_metric(metric)) << metric;
  }
}

TEST(Plan, a_model_has_one_name_everywhere) {
  EXPECT_EQ(model_name(PerUnit{}), "per_unit");
  EXPECT_EQ(model_name(Graduated{}), "graduated");
  EXPECT_EQ(model_name(Volume{}), "volume");
  EXPECT_EQ(model_name(Package{1, {}}), "package");
}

TEST(Plan, tiers_rise_and_only_the_last_is_open) {
  const auto tiers = [](std::initializer_list<std::optional<std::int64_t>> bounds) {
    std::vector<Tier> made;
    for (const auto bound : bounds) made.push_back({bound, decimal("1"), {}});
    return made;
  };
  const auto open = std::optional<std::int64_t>{};
  EXPECT_FALSE(tiers_problem(tiers({open})));
  EXPECT_FALSE(tiers_problem(tiers({1, open})));
  EXPECT_FALSE(tiers_problem(tiers({1, 2, int64_max, open})));
  EXPECT_EQ(tiers_problem({}), "there must be at least one tier");
  EXPECT_EQ(tiers_problem(tiers({10})), "the last tier must have no up_to");
  EXPECT_EQ(tiers_problem(tiers({10, 20})), "the last tier must have no up_to");
  EXPECT_EQ(tiers_problem(tiers({open, open})), "only the last tier may have no up_to");
  EXPECT_EQ(tiers_problem(tiers({10, open, 20, open})), "only the last tier may have no up_to");
  EXPECT_EQ(tiers_problem(tiers({0, open})), "up_to must be at least 1");
  EXPECT_EQ(tiers_problem(tiers({-5, open})), "up_to must be at least 1");
  EXPECT_EQ(tiers_problem(tiers({10, 10, open})), "up_to must rise from tier to tier");
  EXPECT_EQ(tiers_problem(tiers({10, 9, open})), "up_to must rise from tier to tier");
}

}  // namespace
}  // namespace billing
