#include "rooms/providers/stripe/amounts.hpp"

#include <gtest/gtest.h>

namespace billing::providers::stripe {
namespace {

struct Row {
  const char* currency;
  std::int64_t ours;
  std::optional<std::int64_t> theirs;
};

TEST(StripeAmounts, are_in_the_units_that_stripe_has) {
  const Row rows[] = {
      {"USD", 4900, 4900},
      {"EUR", 1, 1},
      {"HUF", 12345, 12345},
      {"TWD", 80045, 80045},
      {"IDR", 5000000, 5000000},
      {"BIF", 500, 500},
      {"CLP", 500, 500},
      {"DJF", 500, 500},
      {"GNF", 500, 500},
      {"JPY", 500, 500},
      {"KMF", 500, 500},
      {"KRW", 500, 500},
      {"PYG", 500, 500},
      {"RWF", 500, 500},
      {"VND", 500, 500},
      {"VUV", 500, 500},
      {"XAF", 500, 500},
      {"XOF", 500, 500},
      {"XPF", 500, 500},
      {"MGA", 50000, 500},
      {"MGA", 50010, {}},  // ariary are charged whole
      {"BHD", 5120, 5120},
      {"JOD", 10, 10},
      {"KWD", 5120, 5120},
      {"OMR", 1000, 1000},
      {"TND", 90, 90},
      {"KWD", 5124, {}},
      {"BHD", 1, {}},      // the last digit must be 0
      {"ISK", 5, 500},                                // a hundredth króna has been abolished, not its two places at Stripe
      {"UGX", 500, {}},                               // Stripe's own page says both 5 and 500 for 5 shillings
      {"IQD", 1000, {}},
      {"LYD", 1000, {}},   // three places, and not among Stripe's
      {"USD", INT64_MAX, INT64_MAX},
      {"ISK", INT64_MAX, {}},
  };
  for (const auto& row : rows) {
    const Money amount{row.ours, *Currency::parse(row.currency)};
    EXPECT_EQ(stripe_amount(amount), row.theirs) << row.currency << " " << row.ours;
    if (row.theirs) EXPECT_EQ(from_stripe(*row.theirs, row.currency), amount) << row.currency;
  }
}

TEST(StripeAmounts, are_read_as_stripe_writes_them) {
  EXPECT_EQ(from_stripe(4900, "usd"), (Money{4900, *Currency::parse("USD")}));
  EXPECT_EQ(from_stripe(500, "isk"), (Money{5, *Currency::parse("ISK")}));
  EXPECT_EQ(from_stripe(550, "isk"), std::nullopt);
  EXPECT_EQ(from_stripe(1, "ugx"), std::nullopt);
  EXPECT_EQ(from_stripe(1, "zzz"), std::nullopt);
  EXPECT_EQ(from_stripe(1, ""), std::nullopt);
}

}  // namespace
}  // namespace billing::providers::stripe
