#pragma once

#include <cstdint>
#include <vector>

namespace billing {

/// Shares a total out in proportion to weights (each ≥ 0 with Σ > 0, or of either sign with Σ ≠ 0), by largest remainder, ties by position: each share
/// is its exact part rounded down or up, and they sum to the total exactly. Throws std::invalid_argument when the weights sum to 0.
std::vector<std::int64_t> shares_of(std::int64_t total, const std::vector<std::int64_t>& weights);

/// Shares of a total that rises: a cent at a time to the weight that is furthest behind, ties by position. So no share ever falls while the total
/// rises, as one by largest remainders can where there are three or more; and once the total is the sum of the weights each has its own. total ≥ 0;
/// weights ≥ 0, not all of them 0.
std::vector<std::int64_t> rising_shares(std::int64_t total, const std::vector<std::int64_t>& weights);

}  // namespace billing
