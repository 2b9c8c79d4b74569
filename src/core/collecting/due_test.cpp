#include "core/collecting/due.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"
#include "core/time/calendar.hpp"

namespace billing {
namespace {

using namespace std::chrono;
using test::usd;

TEST(Due, what_a_payment_brings_beyond_what_is_due_becomes_balance) {
  struct {
    std::int64_t amount, due, pays, over;
  } const table[] = {
      {4900, 4900, 4900, 0},
      {1000, 4900, 1000, 0},
      {5000, 4900, 4900, 100},
      {1, 1, 1, 0},
      {4900, 0, 0, 4900},  // paid by other means meanwhile, or void
      {test::int64_max, 1, 1, test::int64_max - 1},
  };
  for (const auto& row : table) {
    EXPECT_EQ(brought(usd(row.amount), usd(row.due)), (Brought{usd(row.pays), usd(row.over)})) << row.amount << " of " << row.due;
  }
}

TEST(Due, it_is_due_on_the_day_of_issue_and_the_net_days) {
  EXPECT_EQ(due_on(Date{2026y / June / 1}, 30), Date{2026y / July / 1});
  EXPECT_EQ(due_on(Date{2026y / January / 31}, 14), Date{2026y / February / 14});
  EXPECT_EQ(due_on(Date{2026y / June / 1}, 0), Date{2026y / June / 1});
  EXPECT_EQ(due_on(Date{2026y / June / 1}, std::nullopt), std::nullopt);
  EXPECT_EQ(due_on(Date{9999y / December / 20}, 365), Date{9999y / December / 30});
}

TEST(Due, what_is_past_due_for_too_long_is_canceled_so_many_days_later) {
  const Instant noon{Date{2026y / July / 1}.time_since_epoch() + 12h};
  EXPECT_EQ(cancel_unpaid_at(noon, std::nullopt), std::nullopt);
  EXPECT_EQ(cancel_unpaid_at(noon, 0), noon);
  EXPECT_EQ(cancel_unpaid_at(noon, 30), noon + days{30});
  EXPECT_EQ(cancel_unpaid_at(last_instant, 30), last_instant);
}

TEST(Due, it_is_overdue_from_the_day_after_while_it_is_open) {
  const Date day{2026y / July / 1};
  const Instant midnight{Date{2026y / July / 2}};
  EXPECT_EQ(overdue_at(day), midnight);
  EXPECT_FALSE(is_overdue(InvoiceStatus::open, day, midnight - microseconds{1}));
  EXPECT_TRUE(is_overdue(InvoiceStatus::open, day, midnight));
  EXPECT_FALSE(is_overdue(InvoiceStatus::paid, day, midnight));
  EXPECT_FALSE(is_overdue(InvoiceStatus::void_, day, midnight));
  EXPECT_FALSE(is_overdue(InvoiceStatus::open, std::nullopt, midnight));  // charged by itself
}

}  // namespace
}  // namespace billing
