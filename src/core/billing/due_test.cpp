#include "core/billing/due.hpp"

#include <gtest/gtest.h>

namespace billing {
namespace {

using namespace std::chrono;
using enum SubscriptionStatus;

constexpr sys_days jan1{2026y / January / 1};
constexpr sys_days feb1{2026y / February / 1};
constexpr Period january{jan1, feb1};

Position position(SubscriptionStatus status) { return {status, jan1, 0, january}; }

TEST(Due, a_period_settles_two_hours_after_its_end_when_nothing_is_unbilled) {
  EXPECT_FALSE(is_settled(january, false, Instant{feb1}));
  EXPECT_FALSE(is_settled(january, false, Instant{feb1} + 2h - 1us));
  EXPECT_TRUE(is_settled(january, false, Instant{feb1} + 2h));
  EXPECT_FALSE(is_settled(january, true, Instant{feb1} + 24h));
}

TEST(Due, a_live_subscription_is_over_at_midnight_and_a_canceled_one_never) {
  EXPECT_FALSE(is_over(position(active), Instant{feb1} - 1us));
  EXPECT_TRUE(is_over(position(active), Instant{feb1}));
  EXPECT_TRUE(is_over(position(trialing), Instant{feb1}));
  EXPECT_TRUE(is_over(position(past_due), Instant{feb1}));
  EXPECT_FALSE(is_over(position(canceled), Instant{feb1} + 24h));
}

TEST(Due, a_live_subscription_is_due_at_its_period_end_and_a_canceled_one_after_the_stragglers) {
  EXPECT_EQ(due_after(position(active)), Instant{feb1});
  EXPECT_EQ(due_after(position(canceled)), Instant{feb1} + 2h);
}

}  // namespace
}  // namespace billing
