#include "core/money/money.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <type_traits>

#include "core/money/currencies.hpp"
#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(Money, an_amount_is_minor_units_and_a_currency) {
  EXPECT_EQ(usd(6900).minor(), 6900);
  EXPECT_EQ(usd(6900).currency().code(), "USD");
  EXPECT_EQ(usd(4900) + usd(2000), usd(6900));
  EXPECT_EQ(usd(2000) - usd(4900), usd(-2900));
  EXPECT_EQ(-usd(5), usd(-5));
  EXPECT_NE(usd(5), money(5, "EUR"));
  EXPECT_LT(usd(-1), usd(0));
  EXPECT_TRUE(usd(-1).is_negative());
  EXPECT_FALSE(usd(0).is_negative());
  EXPECT_TRUE(usd(0).is_zero());
}

TEST(Money, nothing_becomes_money_by_itself) {
  static_assert(!std::is_convertible_v<std::int64_t, Money>);
  static_assert(!std::is_convertible_v<Money, std::int64_t>);
  static_assert(!std::is_convertible_v<std::int64_t, Decimal>);
  static_assert(!std::is_convertible_v<Decimal, Money>);
  static_assert(!std::is_convertible_v<Money, Decimal>);
}

TEST(Money, no_floating_point_in_core) {
  const std::regex floating{R"(\b(float|double)\b)"};
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{std::filesystem::path{__FILE__}.parent_path().parent_path()}) {
    if (!entry.is_regular_file() || entry.path().filename().string().ends_with("_test.cpp")) continue;
    std::ifstream file{entry.path()};
    for (std::string line; std::getline(file, line);) {
      EXPECT_FALSE(std::regex_search(line.substr(0, line.find("//")), floating)) << entry.path() << ": " << line;
    }
    ++files;
  }
  EXPECT_GT(files, 20U);
}

TEST(Money, a_currency_of_the_past_is_known_but_not_sold_in) {
  const auto lev = Currency::parse("BGN");  // Bulgaria has paid in euros since 2026-01-01
  ASSERT_TRUE(lev);
  EXPECT_EQ(major_text(Money{1999, *lev}), "19.99");
  EXPECT_FALSE(Currency::parse_active("BGN"));
  EXPECT_EQ(Currency::parse_active("EUR"), Currency::parse("EUR"));
  for (const auto* text : {"XAU", "usd", "", "EURO"}) EXPECT_FALSE(Currency::parse_active(text)) << text;
}

TEST(Money, currencies_never_mix) {
  EXPECT_THROW(usd(1) + money(1, "EUR"), std::logic_error);
  EXPECT_THROW(usd(1) - money(1, "EUR"), std::logic_error);
  EXPECT_THROW((void)(usd(1) < money(1, "EUR")), std::logic_error);
}

TEST(Money, overflow_is_an_error_never_a_wrap) {
  EXPECT_EQ(usd(int64_max - 1) + usd(1), usd(int64_max));
  EXPECT_THROW(usd(int64_max) + usd(1), Overflow);
  EXPECT_THROW(usd(int64_min) + usd(-1), Overflow);
  EXPECT_EQ(usd(int64_min + 1) - usd(1), usd(int64_min));
  EXPECT_THROW(usd(int64_min) - usd(1), Overflow);
  EXPECT_THROW(usd(0) - usd(int64_min), Overflow);
  EXPECT_EQ(-usd(int64_max), usd(-int64_max));
  EXPECT_THROW(-usd(int64_min), Overflow);
}

TEST(Money, a_currency_has_the_decimal_places_of_iso_4217) {
  const struct {
    std::string_view code;
    int exponent;
  } table[] = {{"USD", 2}, {"EUR", 2}, {"GBP", 2}, {"INR", 2}, {"CNY", 2}, {"BRL", 2}, {"MGA", 2}, {"MRU", 2}, {"HUF", 2},
               {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"CLP", 0}, {"ISK", 0}, {"UGX", 0}, {"XOF", 0}, {"XAF", 0}, {"XPF", 0},
               {"KWD", 3}, {"BHD", 3}, {"OMR", 3}, {"JOD", 3}, {"TND", 3}, {"LYD", 3}, {"IQD", 3}, {"CLF", 4}, {"UYW", 4}};
  for (const auto& row : table) EXPECT_EQ(currency(row.code).exponent(), row.exponent) << row.code;
  const auto with_exponent = [](int exponent) { return std::ranges::count(currencies, exponent, &CurrencyRow::exponent); };
  EXPECT_EQ(with_exponent(0), 17);
  EXPECT_EQ(with_exponent(3), 7);
  EXPECT_EQ(with_exponent(4), 2);
}

TEST(Money, only_active_codes_in_upper_case_are_currencies) {
  for (const auto& row : currencies) {
    ASSERT_TRUE(Currency::parse(row.code)) << row.code;
    EXPECT_EQ(Currency::parse(row.code)->code(), row.code);
  }
  EXPECT_EQ(std::ranges::adjacent_find(currencies, {}, &CurrencyRow::code), currencies.end()) << "a code twice";
  for (const auto* code : {"", "US", "USDX", "usd", "Usd", "AAA", "ZZZ", "XAU", "XXX", "XTS", "DEM", "HRK", "ZWL", "US\0", "   "}) {
    EXPECT_FALSE(Currency::parse(code)) << code;
  }
}

TEST(Money, text_is_in_the_major_unit_with_all_places) {
  const struct {
    std::int64_t minor;
    std::string_view code;
    std::string_view text;
  } table[] = {
      {6900, "USD", "69.00"}, {0, "USD", "0.00"},     {5, "USD", "0.05"},       {-5, "USD", "-0.05"},
      {50, "USD", "0.50"},    {-123, "USD", "-1.23"}, {500, "JPY", "500"},      {0, "JPY", "0"},
      {-7, "JPY", "-7"},      {1, "KWD", "0.001"},    {-1234, "KWD", "-1.234"}, {12345, "CLF", "1.2345"},
  };
  for (const auto& row : table) EXPECT_EQ(major_text(money(row.minor, row.code)), row.text);
  EXPECT_EQ(major_text(usd(int64_min)), "-92233720368547758.08");
  EXPECT_EQ(major_text(usd(int64_max)), "92233720368547758.07");
}

}  // namespace
}  // namespace billing
