#include "core/collecting/refunds.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <random>
#include <tuple>

#include "core/balance/grants.hpp"
#include "core/testing.hpp"

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

/// Random notes on an invoice that is due in part, was paid in part by several cards, and in part in some other way. BILLING_SPLITTINGS says how many.
TEST(Splittings, of_every_note_each_cent_goes_to_what_is_due_to_a_card_that_paid_it_or_to_the_balance) {
  const auto* text = std::getenv("BILLING_SPLITTINGS");
  const auto cases = text == nullptr ? 100'000ULL : std::strtoull(text, nullptr, 10);
  std::mt19937_64 engine{20'260'602};
  const auto within = [&engine](std::int64_t least, std::int64_t most) { return std::uniform_int_distribution{least, most}(engine); };
  for (std::uint64_t n = 0; n < cases; ++n) {
    auto due = within(0, 2) == 0 ? within(0, 5'000) : 0;
    std::vector<std::int64_t> left(static_cast<std::size_t>(within(0, 3)));
    for (auto& one : left) one = within(0, 5'000);
    const auto cards = std::accumulate(left.begin(), left.end(), std::int64_t{0});
    auto rest = due + cards + within(0, 3'000);
    std::int64_t applied = 0, refunded = 0, balance = 0;
    const auto whole = rest;
    while (rest > 0) {
      const auto total = within(1, rest);
      const auto reach = std::accumulate(left.begin(), left.end(), std::int64_t{0});
      const auto split = split_note(test::usd(total), test::usd(due), test::usd(within(0, 3) == 0 ? 0 : reach));
      ASSERT_EQ(split.applied + split.refunded + split.rest, test::usd(total));
      ASSERT_LE(split.applied.minor(), due);
      std::int64_t given = 0;
      for (const auto& part : refund_of(split.refunded.minor(), left)) {
        ASSERT_GT(part.amount, 0);
        ASSERT_LE(part.amount, left[part.payment]) << "never more than paid less refunded";
        left[part.payment] -= part.amount;
        given += part.amount;
      }
      ASSERT_EQ(given, split.refunded.minor());
      due -= split.applied.minor();
      applied += split.applied.minor();
      refunded += given;
      balance += split.rest.minor();
      rest -= total;
    }
    ASSERT_EQ(applied + refunded + balance, whole);
    ASSERT_EQ(due, 0);
    ASSERT_LE(refunded, cards);
  }
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
