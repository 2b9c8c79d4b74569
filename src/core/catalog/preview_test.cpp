#include "core/catalog/preview.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace billing {
namespace {

Decimal price(std::string_view text) { return *Decimal::parse_price(text); }

bool holds(const std::vector<std::int64_t>& quantities, std::int64_t wanted) { return std::ranges::binary_search(quantities, wanted); }

TEST(Preview, telling_quantities_hold_what_is_included_and_each_bound_with_the_unit_after_it) {
  struct Row {
    Charge charge;
    std::vector<std::int64_t> wanted;
  };
  const std::vector<Tier> tiers{{1000, price("0.01"), {}}, {5000, price("0.005"), {}}, {std::nullopt, price("0.001"), {}}};
  const Row table[] = {
      {{"m", 100'000, PerUnit{price("0.001")}}, {0, 100'000, 100'001}},
      {{"m", 0, Graduated{tiers}}, {0, 1000, 1001, 5000, 5001}},
      {{"m", 50, Volume{tiers}}, {0, 50, 51, 1050, 1051, 5050, 5051}},
      {{"m", 10, Package{1000, price("2.50")}}, {0, 10, 11, 1010, 1011, 2010, 2011}},
  };
  for (const auto& row : table) {
    const auto quantities = telling_quantities(row.charge);
    EXPECT_TRUE(std::ranges::is_sorted(quantities));
    EXPECT_EQ(std::ranges::adjacent_find(quantities), quantities.end()) << "each once";
    EXPECT_GT(quantities.size(), 50U);
    EXPECT_LE(quantities.size(), 300U);
    EXPECT_GT(quantities.back(), row.wanted.back());
    for (const auto wanted : row.wanted) EXPECT_TRUE(holds(quantities, wanted)) << wanted;
  }
}

TEST(Preview, telling_quantities_stay_within_64_bits) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto quantities = telling_quantities({"m", most, Package{most, price("1")}});
  EXPECT_EQ(quantities.front(), 0);
  EXPECT_EQ(quantities.back(), most);
}

}  // namespace
}  // namespace billing
