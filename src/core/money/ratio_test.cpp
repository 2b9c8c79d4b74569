#include "core/money/ratio.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(Ratio, a_sum_is_exact_and_rounded_once) {
  Ratio thirds;
  for (int i = 0; i < 3; ++i) thirds = thirds + Ratio{100, 3};
  EXPECT_EQ(thirds.rounded(currency("USD")), usd(100));
  EXPECT_EQ((Ratio{1, 3} + Ratio{1, 6}).rounded(currency("USD")), usd(1));  // 0.5
}

TEST(Ratio, differences_products_and_quotients_are_exact) {
  EXPECT_EQ((Ratio{1, 2} - Ratio{1, 3}), (Ratio{1, 6}));
  EXPECT_EQ((Ratio{2, 3} * Ratio{3, 4}), (Ratio{1, 2}));
  EXPECT_EQ((Ratio{1, 2} / Ratio{-2, 3}), (Ratio{-3, 4}));
  EXPECT_TRUE((Ratio{1, 3} < Ratio{1, 2}));
  EXPECT_THROW((Ratio{1, 2} / Ratio{}), std::invalid_argument);
  const Ratio large{int128_max, 3};
  EXPECT_EQ(large * (Ratio{3, int128_max}), (Ratio{1, 1}));
}

TEST(Ratio, its_text_is_a_decimal_of_the_major_unit_or_else_a_fraction) {
  EXPECT_EQ((Ratio{4410, 1}).major_text(currency("USD")), "44.1");
  EXPECT_EQ((Ratio{1, 8}).major_text(currency("USD")), "0.00125");
  EXPECT_EQ((Ratio{2200, 3}).major_text(currency("USD")), "22/3");
  EXPECT_EQ(Ratio::of(decimal("0.001"), currency("USD")), (Ratio{1, 10}));
}

TEST(Ratio, rounding_is_half_away_from_zero) {
  struct Case {
    int numerator;
    int denominator;
    int rounded;
  };
  for (const auto& [numerator, denominator, rounded] : {Case{1, 2, 1}, Case{-1, 2, -1}, Case{49, 100, 0}, Case{-49, 100, 0}, Case{3, 2, 2},
                                                        Case{-3, 2, -2}, Case{7, 7, 1}, Case{0, 5, 0}}) {
    EXPECT_EQ((Ratio{numerator, denominator}.rounded(currency("USD"))), usd(rounded)) << numerator << "/" << denominator;
  }
}

TEST(Ratio, overflow_is_an_error_never_a_wrap) {
  EXPECT_THROW(Ratio(Int128{int64_max} + 1, 1).rounded(currency("USD")), Overflow);
  EXPECT_THROW(Ratio(int128_max, 1) + Ratio(1, 1), Overflow);
  EXPECT_THROW(Ratio(1, int128_max) + Ratio(1, int128_max - 1), Overflow);
  EXPECT_THROW(Ratio(1, 0), std::invalid_argument);
  EXPECT_EQ(Ratio(int128_max - 1, int128_max).rounded(currency("USD")), usd(1));
}

}  // namespace
}  // namespace billing
