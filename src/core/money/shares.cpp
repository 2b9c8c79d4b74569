#include "core/money/shares.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

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

namespace {

/// Where the cents of a rising total go: the k-th of a weight comes when the total has risen to (k − ½) ÷ weight of the whole.
class Race {
 public:
  explicit Race(const std::vector<std::int64_t>& weights) : weights_(weights), shares_(weights.size(), 0) {}

  /// All whose time has come at total ÷ whole. Returns how many.
  Int128 give_until(std::int64_t total, Int128 whole) {
    Int128 given = 0;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      shares_[i] = narrowed(added(multiplied(multiplied(total, weights_[i]), 2), whole) / (2 * whole), "a share");
      given += shares_[i];
    }
    return given;
  }
  void give_next() { ++shares_[earliest(1)]; }
  void take_last() { --shares_[earliest(-1)]; }
  std::vector<std::int64_t> shares() && { return std::move(shares_); }

 private:
  /// Of the next cents (1) of each weight the earliest, of the last ones (−1) the latest.
  std::size_t earliest(int step) const {
    std::optional<std::size_t> best;
    const auto twice = [&](std::size_t i) { return 2 * Int128{shares_[i]} + step; };
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      if (weights_[i] == 0 || twice(i) < 0) continue;
      if (!best) {
        best = i;
        continue;
      }
      const auto here = multiplied(twice(i), weights_[*best]);
      const auto there = multiplied(twice(*best), weights_[i]);
      if (step > 0 ? here < there : here >= there) best = i;
    }
    return best.value();
  }

  const std::vector<std::int64_t>& weights_;
  std::vector<std::int64_t> shares_;
};

}  // namespace

std::vector<std::int64_t> rising_shares(std::int64_t total, const std::vector<std::int64_t>& weights) {
  Int128 whole = 0;
  for (const auto weight : weights) whole += weight;
  if (whole <= 0) throw std::invalid_argument("rising shares need weights above 0");
  Race race{weights};
  auto left = total - race.give_until(total, whole);
  for (; left > 0; --left) race.give_next();
  for (; left < 0; ++left) race.take_last();
  return std::move(race).shares();
}

}  // namespace billing
