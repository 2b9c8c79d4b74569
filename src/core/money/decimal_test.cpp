#include "core/money/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

constexpr Int128 million = 1'000'000;

TEST(Decimal, a_unit_price_has_up_to_12_decimal_places) {
  EXPECT_EQ(decimal("0.000000000001").raw(), 1);
  EXPECT_EQ(decimal("0.000001").raw(), million);
  EXPECT_EQ(decimal("1").raw(), million * million);
  EXPECT_EQ(decimal("12.50").raw(), 25 * million * million / 2);
  EXPECT_EQ(decimal("007").raw(), 7 * million * million);
  EXPECT_EQ(decimal("999999999999999.999999999999").text(), "999999999999999.999999999999");
}

TEST(Decimal, a_price_is_digits_with_an_optional_fraction_and_nothing_else) {
  for (const auto* text : {"", ".", ".5", "5.", "-1", "+1", " 1", "1 ", "1e3", "0x1", "1,5", "1.2.3", "1.-5", "nan", "inf", "１",
                           "0.0000000000001", "1000000000000000", "0000000000000001"}) {
    EXPECT_FALSE(Decimal::parse_price(text)) << text;
  }
}

TEST(Decimal, text_is_the_shortest_exact_one) {
  const struct {
    std::string_view from;
    std::string_view text;
  } table[] = {{"0", "0"},
               {"0.000", "0"},
               {"0.001", "0.001"},
               {"5", "5"},
               {"5.00", "5"},
               {"12.50", "12.5"},
               {"100", "100"},
               {"-12.5", "-12.5"},
               {"-0.001", "-0.001"},
               {"10.010", "10.01"},
               {"0.000000000001", "0.000000000001"},
               {"-0.000000000001", "-0.000000000001"}};
  for (const auto& row : table) EXPECT_EQ(decimal(row.from).text(), row.text);
  EXPECT_EQ(Decimal::from_raw(int128_max).text(), "170141183460469231731687303.715884105727");
  EXPECT_EQ(Decimal::from_raw(int128_min).text(), "-170141183460469231731687303.715884105728");
}

TEST(Decimal, products_are_exact) {
  EXPECT_EQ(decimal("0.000001").times(3), decimal("0.000003"));
  EXPECT_EQ(decimal("0.1").times(3), decimal("0.3"));
  EXPECT_EQ(decimal("0.000000000001").times(int64_max).text(), "9223372.036854775807");
  EXPECT_EQ(decimal("0.000000000001").times(int64_min).text(), "-9223372.036854775808");
  EXPECT_EQ(decimal("999999.999999999999").times(1'000'000'000).text(), "999999999999999.999");
  EXPECT_EQ(decimal("-2.5").times(-2), decimal("5"));
  EXPECT_EQ(decimal("7").times(0), Decimal{});
}

TEST(Decimal, overflow_is_an_error_never_a_wrap) {
  const auto highest = Decimal::from_raw(int128_max);
  const auto lowest = Decimal::from_raw(int128_min);
  const auto smallest = Decimal::from_raw(1);
  EXPECT_THROW(highest + smallest, Overflow);
  EXPECT_THROW(lowest - smallest, Overflow);
  EXPECT_EQ(lowest + highest, Decimal::from_raw(-1));
  EXPECT_EQ(highest.times(1), highest);
  EXPECT_EQ(lowest.times(1), lowest);
  EXPECT_EQ(highest.times(-1), lowest + smallest);
  EXPECT_THROW(lowest.times(-1), Overflow);
  EXPECT_THROW(highest.times(2), Overflow);
  EXPECT_THROW(lowest.times(2), Overflow);
  EXPECT_THROW(highest.times(int64_min), Overflow);
  EXPECT_EQ(Decimal::from_raw(Int128{1} << 64).times(int64_min), lowest);
  EXPECT_THROW(Decimal::from_raw((Int128{1} << 64) + 1).times(int64_min), Overflow);
  EXPECT_THROW(Decimal::from_raw(-(Int128{1} << 64)).times(int64_min), Overflow);
  EXPECT_THROW(decimal("999999999999999.999999999999").times(int64_max), Overflow);
}

TEST(Decimal, rounding_is_half_away_from_zero) {
  const struct {
    std::string_view exact;
    std::string_view code;
    std::int64_t minor;
  } table[] = {
      {"0.005", "USD", 1},          {"0.004999999999", "USD", 0},
      {"-0.005", "USD", -1},        {"-0.004999999999", "USD", 0},
      {"0.015", "USD", 2},          {"0.025", "USD", 3},
      {"-0.015", "USD", -2},        {"-0.025", "USD", -3},
      {"2.345", "USD", 235},        {"2.344999999999", "USD", 234},
      {"-2.345", "USD", -235},      {"-2.3451", "USD", -235},
      {"69", "USD", 6900},          {"0.5", "JPY", 1},
      {"0.499999999999", "JPY", 0}, {"-0.5", "JPY", -1},
      {"1234.5", "JPY", 1235},      {"-1.5", "JPY", -2},
      {"0.0005", "KWD", 1},         {"0.000499999999", "KWD", 0},
      {"-0.0015", "KWD", -2},       {"1.234", "KWD", 1234},
      {"0.00005", "CLF", 1},        {"-0.00015", "CLF", -2},
  };
  for (const auto& row : table) EXPECT_EQ(decimal(row.exact).rounded(currency(row.code)), money(row.minor, row.code)) << row.exact;
}

TEST(Decimal, a_rounded_amount_that_does_not_fit_64_bits_is_refused) {
  EXPECT_EQ(Decimal::of(usd(int64_max)).rounded(currency("USD")), usd(int64_max));
  EXPECT_EQ(Decimal::of(usd(int64_min)).rounded(currency("USD")), usd(int64_min));
  EXPECT_EQ((Decimal::of(usd(int64_max)) + decimal("0.004999999999")).rounded(currency("USD")), usd(int64_max));
  EXPECT_THROW((Decimal::of(usd(int64_max)) + decimal("0.005")).rounded(currency("USD")), Overflow);
  EXPECT_THROW((Decimal::of(usd(int64_min)) - decimal("0.005")).rounded(currency("USD")), Overflow);
  EXPECT_THROW(Decimal::from_raw(int128_max).rounded(currency("JPY")), Overflow);
  EXPECT_THROW(Decimal::from_raw(int128_min).rounded(currency("CLF")), Overflow);
}

TEST(Decimal, an_amount_of_money_is_exact_in_the_major_unit) {
  EXPECT_EQ(Decimal::of(usd(6900)), decimal("69"));
  EXPECT_EQ(Decimal::of(usd(-1)), decimal("-0.01"));
  EXPECT_EQ(Decimal::of(money(500, "JPY")), decimal("500"));
  EXPECT_EQ(Decimal::of(money(1, "KWD")), decimal("0.001"));
}

Decimal any_price() {
  const auto whole = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000);
  const auto fraction = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  return Decimal::from_raw(Int128{whole} * million * million + fraction);
}

RC_GTEST_PROP(DecimalProperty, text_and_parse_are_inverse, ()) {
  const auto price = any_price();
  RC_ASSERT(Decimal::parse_price(price.text()) == std::optional{price});
  RC_ASSERT((Decimal{} - price).text() == (price.is_zero() ? "0" : "-" + price.text()));
}

RC_GTEST_PROP(DecimalProperty, times_is_repeated_addition, ()) {
  const auto price = any_price();
  const auto factor = *rc::gen::inRange(0, 200);
  Decimal sum;
  for (int i = 0; i < factor; ++i) sum = sum + price;
  RC_ASSERT(price.times(factor) == sum);
  RC_ASSERT(price.times(-factor) == Decimal{} - sum);
}

RC_GTEST_PROP(DecimalProperty, rounding_is_symmetric_and_off_by_at_most_half_a_minor_unit, ()) {
  const auto exact = Decimal::from_raw(any_price().raw() / 100'000);
  const auto in = currency(*rc::gen::element<std::string>("USD", "JPY", "KWD", "CLF"));
  const auto rounded = exact.rounded(in);
  const auto off = Decimal::of(rounded) - exact;
  RC_ASSERT(off.times(2) <= Decimal::of(Money{1, in}));
  RC_ASSERT(off.times(2) > Decimal::of(Money{-1, in}));
  RC_ASSERT((Decimal{} - exact).rounded(in) == -rounded);
}

}  // namespace
}  // namespace billing
