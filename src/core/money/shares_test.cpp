#include "core/money/shares.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "core/testing.hpp"

namespace billing {
namespace {

using Shares = std::vector<std::int64_t>;

TEST(Shares, the_largest_remainders_get_what_is_left_ties_by_position) {
  EXPECT_EQ(shares_of(100, {1, 1, 1}), (Shares{34, 33, 33}));
  EXPECT_EQ(shares_of(100, {6, 3, 3}), (Shares{50, 25, 25}));
  EXPECT_EQ(shares_of(10, {5, 14, 1}), (Shares{3, 7, 0}));  // 2.5, 7, 0.5: a tie
  EXPECT_EQ(shares_of(2, {1, 1, 1}), (Shares{1, 1, 0}));
  EXPECT_EQ(shares_of(0, {3, 4}), (Shares{0, 0}));
}

TEST(Shares, weights_may_be_of_either_sign) {
  EXPECT_EQ(shares_of(133, {1000, -300}), (Shares{190, -57}));
  EXPECT_EQ(shares_of(-133, {-1000, 300}), (Shares{-190, 57}));
}

TEST(Shares, without_a_weight_there_is_nothing_to_share_by) { EXPECT_THROW(shares_of(1, {1, -1}), std::invalid_argument); }

TEST(Shares, the_greatest_total_and_weights_fit) {
  EXPECT_EQ(shares_of(test::int64_max, {test::int64_max, test::int64_max}), (Shares{test::int64_max / 2 + 1, test::int64_max / 2}));
}

RC_GTEST_PROP(SharesProperty, they_sum_to_the_total_and_each_is_its_exact_part_rounded_down_or_up, ()) {
  const auto weights = *rc::gen::nonEmpty(rc::gen::container<Shares>(rc::gen::inRange<std::int64_t>(0, 1'000'000)));
  const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  RC_PRE(sum > 0);
  const auto total = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  const auto shares = shares_of(total, weights);
  RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == total);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto exact = total * weights[i];  // below 10^14
    RC_ASSERT(shares[i] >= exact / sum);
    RC_ASSERT(shares[i] <= exact / sum + (exact % sum == 0 ? 0 : 1));
  }
}

TEST(RisingShares, each_cent_goes_to_the_weight_that_is_furthest_behind_ties_by_position) {
  const Shares weights{5, 3, 1};
  std::vector<Shares> seen;
  for (std::int64_t total = 0; total <= 9; ++total) seen.push_back(rising_shares(total, weights));
  EXPECT_EQ(seen, (std::vector<Shares>{
                      {0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {3, 2, 0}, {3, 2, 1}, {4, 2, 1}, {4, 3, 1}, {5, 3, 1}}));
}

TEST(RisingShares, a_weight_of_nothing_gets_nothing_and_without_any_there_is_nothing_to_share_by) {
  EXPECT_EQ(rising_shares(7, {0, 3, 0}), (Shares{0, 7, 0}));
  EXPECT_EQ(rising_shares(0, {0, 3}), (Shares{0, 0}));
  EXPECT_THROW(rising_shares(1, {0, 0}), std::invalid_argument);
}

RC_GTEST_PROP(SharesProperty, rising_shares_never_fall_sum_to_the_total_and_end_at_the_weights, ()) {
  const auto weights = *rc::gen::nonEmpty(rc::gen::container<Shares>(rc::gen::inRange<std::int64_t>(0, 1'000'000)));
  const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  RC_PRE(sum > 0);
  const auto total = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  const auto shares = rising_shares(total, weights);
  const auto next = rising_shares(total + 1, weights);
  RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == total);
  RC_ASSERT(std::accumulate(next.begin(), next.end(), std::int64_t{0}) == total + 1);
  for (std::size_t i = 0; i < shares.size(); ++i) RC_ASSERT(next[i] >= shares[i]);
  RC_ASSERT(rising_shares(sum, weights) == weights);
}

}  // namespace
}  // namespace billing
