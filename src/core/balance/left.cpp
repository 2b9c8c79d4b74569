#include "core/balance/left.hpp"

#include <algorithm>

#include "base/int128.hpp"
#include "core/money/shares.hpp"

namespace billing {

Money left_of(const CreditableLine& line) {
  return std::max(Money{0, line.amount.currency()}, std::min(line.amount - line.credited, line.left_of_key));
}

std::optional<std::vector<std::int64_t>> spread(Money amount, const std::vector<Money>& left) {
  Int128 whole = 0;
  std::vector<std::int64_t> weights;
  for (const auto& one : left) {
    whole += one.minor();
    weights.push_back(one.minor());
  }
  if (whole < amount.minor()) return std::nullopt;
  return shares_of(amount.minor(), weights);
}

}  // namespace billing
