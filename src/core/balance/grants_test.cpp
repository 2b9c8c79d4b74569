#include "core/balance/grants.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

const Date today = day("2026-06-10");

TEST(Grants, soonest_expiry_first_none_last_then_oldest) {
  const std::vector<GrantLeft> grants{{1, {}, 100}, {2, day("2026-12-31"), 100}, {3, day("2026-06-30"), 100}, {4, day("2026-06-30"), 100}};
  EXPECT_EQ(use_grants(grants, 350, today), (std::vector<GrantUse>{{2, 100}, {3, 100}, {1, 100}, {0, 50}}));
}

TEST(Grants, the_older_of_two_without_an_expiry_comes_first) {
  EXPECT_EQ(use_grants({{7, {}, 100}, {3, {}, 100}}, 150, today), (std::vector<GrantUse>{{1, 100}, {0, 50}}));
}

TEST(Grants, a_grant_can_be_used_until_the_day_before_it_expires) {
  EXPECT_EQ(use_grants({{1, day("2026-06-11"), 100}, {2, today, 100}}, 500, today), (std::vector<GrantUse>{{0, 100}}));
}

TEST(Grants, nothing_due_or_nothing_left_uses_nothing) {
  EXPECT_TRUE(use_grants({{1, {}, 100}}, 0, today).empty());
  EXPECT_TRUE(use_grants({{1, {}, 0}}, 100, today).empty());
}

TEST(Grants, a_credit_note_goes_first_to_what_is_due) {
  EXPECT_EQ(split_note(usd(3319), usd(4900), usd(0)), (NoteSplit{usd(3319), usd(0), usd(0)}));
  EXPECT_EQ(split_note(usd(3319), usd(0), usd(0)), (NoteSplit{usd(0), usd(3319), usd(0)}));
  EXPECT_EQ(split_note(usd(3319), usd(1000), usd(0)), (NoteSplit{usd(1000), usd(2319), usd(0)}));
}

TEST(Grants, what_a_refund_cannot_give_back_of_a_note_becomes_balance) {
  EXPECT_EQ(split_note(usd(3319), usd(1000), usd(5000)), (NoteSplit{usd(1000), usd(0), usd(2319)}));
  EXPECT_EQ(split_note(usd(3319), usd(0), usd(3000)), (NoteSplit{usd(0), usd(319), usd(3000)}));
  EXPECT_EQ(split_note(usd(1000), usd(1000), usd(3000)), (NoteSplit{usd(1000), usd(0), usd(0)}));
}

}  // namespace
}  // namespace billing
