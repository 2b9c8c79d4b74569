#include "core/collecting/refunds.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace billing {
namespace {

using Parts = std::vector<RefundPart>;

TEST(Refunds, of_several_payments_the_newest_gives_back_first_and_none_more_than_it_has_left) {
  const std::vector<std::tuple<std::int64_t, std::vector<std::int64_t>, Parts>> table{
      {3319, {4900}, {{0, 3319}}},
      {4900, {4900}, {{0, 4900}}},
      {5000, {4900}, {{0, 4900}}},
      {3000, {1000, 4900}, {{0, 1000}, {1, 2000}}},
      {1000, {1000, 4900}, {{0, 1000}}},
      {9000, {1000, 4900}, {{0, 1000}, {1, 4900}}},
      {2000, {0, 4900}, {{1, 2000}}},
      {2000, {500, 0, 700}, {{0, 500}, {2, 700}}},
      {2000, {}, {}},
      {0, {4900}, {}},
  };
  for (const auto& [amount, left, parts] : table) EXPECT_EQ(refund_of(amount, left), parts) << amount;
}

TEST(Refunds, of_one_note_are_pending_until_all_have_ended_and_failed_where_one_did) {
  using enum PaymentStatus;
  EXPECT_EQ(together({succeeded}), succeeded);
  EXPECT_EQ(together({succeeded, succeeded}), succeeded);
  EXPECT_EQ(together({succeeded, pending}), pending);
  EXPECT_EQ(together({failed, pending}), pending);
  EXPECT_EQ(together({succeeded, failed}), failed);
}

}  // namespace
}  // namespace billing
