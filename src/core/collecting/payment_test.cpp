#include "core/collecting/payment.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace billing {
namespace {

using std::chrono::days, std::chrono::minutes;

TEST(PaymentKind, has_one_name_everywhere) {
  for (const auto* text : {"scheduled", "manual", "recorded", "refund"}) EXPECT_EQ(to_text(parse_payment_kind(text).value()), text);
  for (const auto* text : {"", "Manual", "Refund"}) EXPECT_FALSE(parse_payment_kind(text)) << text;
}

TEST(Payment, the_default_schedule_tries_on_days_0_1_4_9_and_16) {
  const RetrySchedule schedule;
  std::vector<std::int64_t> tried{0};
  std::int64_t declined = 1;
  for (auto wait = schedule.wait_after(declined); wait; wait = schedule.wait_after(++declined))
    tried.push_back(tried.back() + wait->count());
  EXPECT_EQ(tried, (std::vector<std::int64_t>{0, 1, 4, 9, 16}));
}

TEST(Payment, a_used_up_schedule_waits_for_nothing) {
  EXPECT_EQ(RetrySchedule{}.wait_after(4), days{7});
  EXPECT_EQ(RetrySchedule{}.wait_after(5), std::nullopt);
  EXPECT_EQ(RetrySchedule{}.wait_after(1000), std::nullopt);
  EXPECT_EQ(RetrySchedule{.days = {}}.wait_after(1), std::nullopt);
  EXPECT_THROW((void)RetrySchedule{}.wait_after(0), std::invalid_argument);
}

TEST(Payment, a_schedule_is_a_list_of_whole_days) {
  EXPECT_EQ(RetrySchedule::parse("1,3,5,7")->days, RetrySchedule{}.days);
  EXPECT_EQ(RetrySchedule::parse("365")->days, (std::vector<std::int64_t>{365}));
  EXPECT_EQ(RetrySchedule::parse("")->days, (std::vector<std::int64_t>{}));
  std::string twenty = "2";
  for (int i = 1; i < 20; ++i) twenty += ",2";
  EXPECT_EQ(RetrySchedule::parse(twenty)->days.size(), 20U);
  EXPECT_FALSE(RetrySchedule::parse(twenty + ",2"));
  for (const auto* text : {"0", "366", "-1", "+1", "1.5", "1,", ",1", "1,,2", "1, 2", " ", "a", "1;2", "99999999999999999999"}) {
    EXPECT_FALSE(RetrySchedule::parse(text)) << text;
  }
}

TEST(Payment, an_unreachable_provider_is_tried_again_after_1_minute_doubling_to_at_most_6_hours) {
  const int waits[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360};
  std::int64_t call = 0;
  for (const int wait : waits) EXPECT_EQ(unreachable_backoff(++call), minutes{wait}) << call;
  EXPECT_EQ(unreachable_backoff(std::numeric_limits<std::int64_t>::max()), minutes{360});
  EXPECT_THROW((void)unreachable_backoff(0), std::invalid_argument);
}

TEST(Payment, statuses_have_one_name_everywhere) {
  for (const auto* text : {"pending", "succeeded", "failed"}) EXPECT_EQ(to_text(parse_payment_status(text).value()), text);
  for (const auto* text : {"", "Pending", "declined"}) EXPECT_FALSE(parse_payment_status(text)) << text;
}

}  // namespace
}  // namespace billing
