#include "core/facts/claims.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/pause.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

/// What each of the lives claims of 10 calls on a day.
std::vector<std::int64_t> claimed_on(std::string_view on, const std::vector<Life>& lives, std::optional<SubscriptionId> named = {},
                                     const std::string& metric = "api_calls") {
  std::vector<std::int64_t> units;
  for (const auto& mine : claim(lives, {{metric, day(on), named, 10}})) {
    units.push_back(mine.empty() ? 0 : static_cast<std::int64_t>(mine.at(metric).at(day(on))));
  }
  return units;
}
using Units = std::vector<std::int64_t>;

TEST(Claims, the_subscription_made_first_claims_usage_of_its_days) {
  const std::vector lives{begun(pro_v1(), "2026-06-05", 1), begun(ent_v1(), "2026-06-01", 2)};
  EXPECT_EQ(claimed_on("2026-06-05", lives), (Units{10, 0}));
  EXPECT_EQ(claimed_on("2026-06-04", lives), (Units{0, 10}));
  EXPECT_EQ(claimed_on("2026-05-31", lives), (Units{0, 0}));
}

TEST(Claims, usage_that_names_its_subscription_is_that_ones) {
  const std::vector lives{begun(pro_v1(), "2026-06-01", 1), begun(ent_v1(), "2026-06-01", 2)};
  EXPECT_EQ(claimed_on("2026-06-05", lives, subscription_id(2)), (Units{0, 10}));
}

TEST(Claims, only_a_term_that_charges_the_metric_claims_it) {
  const std::vector lives{begun(flat("basic", 1900), "2026-06-01", 1), begun(pro_v1(), "2026-06-01", 2)};
  EXPECT_EQ(claimed_on("2026-06-05", lives), (Units{0, 10}));
  EXPECT_EQ(claimed_on("2026-06-05", lives, {}, "emails"), (Units{0, 0}));
  const auto upgraded = changed(lives[0], to_plan(ent_v1()), "2026-06-11");
  EXPECT_EQ(claimed_on("2026-06-10", {upgraded, lives[1]}), (Units{0, 10}));
  EXPECT_EQ(claimed_on("2026-06-11", {upgraded, lives[1]}), (Units{10, 0}));
}

TEST(Claims, the_day_of_a_cancel_a_trial_and_a_pause_claim_too) {
  auto trial = to(pro_v1());
  trial.trial_days = 5;
  const auto life = subscribe(subscription_id(1), trial, {}, day("2026-06-01")).value();
  const auto other = begun(ent_v1(), "2026-06-01", 2);
  EXPECT_EQ(claimed_on("2026-06-01", {life, other}), (Units{10, 0}));
  EXPECT_EQ(claimed_on("2026-06-03", {pause(life, {}, day("2026-06-01")).value(), other}), (Units{10, 0}));
  const auto canceled = cancel_now(life, true, day("2026-06-03")).value();
  EXPECT_EQ(claimed_on("2026-06-03", {canceled, other}), (Units{10, 0}));
  EXPECT_EQ(claimed_on("2026-06-04", {canceled, other}), (Units{0, 10}));
}

}  // namespace
}  // namespace billing
