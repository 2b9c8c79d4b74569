#include "core/money/percent.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

TEST(Percent, it_is_read_and_written_exactly_with_up_to_four_decimals) {
  struct Case {
    const char* text;
    std::int64_t millionths;
  };
  for (const auto& [text, millionths] :
       {Case{"0", 0}, Case{"19", 190'000}, Case{"6.25", 62'500}, Case{"1.2345", 12'345}, Case{"100", 1'000'000}}) {
    EXPECT_EQ(test::percent(text).millionths(), millionths) << text;
    EXPECT_EQ(test::percent(text).text(), text);
  }
  EXPECT_EQ(test::percent("10.50").text(), "10.5");
}

TEST(Percent, what_is_no_percentage_or_beyond_100_is_refused) {
  for (const auto* text : {"", "-1", "100.0001", "1.23456", "1e1", ".5", "5.", "19%", "1000000000000000"}) {
    EXPECT_EQ(Percent::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace billing
