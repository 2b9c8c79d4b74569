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

}  // namespace
}  // namespace billing
