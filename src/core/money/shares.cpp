#include "core/money/shares.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "base/int128.hpp"

namespace billing {
namespace {

/// Towards minus infinity. divisor > 0.
Int128 floored_quotient(Int128 value, Int128 divisor) {
  const auto quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

std::vector<std::int64_t> shares_of(std::int64_t total, const std::vector<std::int64_t>& weights) {
  Int128 whole = 0;
  for (const auto weight : weights) whole += weight;
  if (whole == 0) throw std::invalid_argument("shares need weights that do not sum to 0");
  const Int128 sign = whole < 0 ? -1 : 1;
  std::vector<std::int64_t> shares;
  std::vector<Int128> remainders;
  Int128 left = total;
  for (const auto weight : weights) {
    const auto product = multiplied(multiplied(total, weight), sign);
    const auto share = floored_quotient(product, whole * sign);
    shares.push_back(narrowed(share, "a share"));
    remainders.push_back(product - share * whole * sign);
    left -= share;
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
  return shares;
}

}  // namespace billing
