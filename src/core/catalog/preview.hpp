#pragma once

#include <cstdint>
#include <vector>

#include "core/catalog/plan.hpp"

namespace billing {

/// Quantities that show what a charge does, in rising order, each once, 0 first: what is included and the unit after it, each tier's bound and
/// the unit after it, the first packages, and an even spread up to somewhat beyond the last of these.
std::vector<std::int64_t> telling_quantities(const Charge& charge);

}  // namespace billing
