#include "core/balance/left.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using test::usd;

TEST(Left, a_line_has_left_its_amount_less_its_notes_at_most_what_its_key_has_left) {
  EXPECT_EQ(left_of({usd(4900), usd(1000), usd(9000)}), usd(3900));
  EXPECT_EQ(left_of({usd(4900), usd(1000), usd(2000)}), usd(2000));
  EXPECT_EQ(left_of({usd(4900), usd(0), usd(-5)}), usd(0));
  EXPECT_EQ(left_of({usd(-300), usd(0), usd(100)}), usd(0));
}

TEST(Left, an_amount_is_spread_over_what_is_left_by_largest_remainder) {
  EXPECT_EQ(spread(usd(100), {usd(100), usd(100), usd(100)}), (std::vector<std::int64_t>{34, 33, 33}));
  EXPECT_EQ(spread(usd(300), {usd(100), usd(0), usd(200)}), (std::vector<std::int64_t>{100, 0, 200}));
  EXPECT_EQ(spread(usd(301), {usd(100), usd(200)}), std::nullopt);
}

}  // namespace
}  // namespace billing
