#pragma once

#include <optional>

#include "core/facts/life.hpp"

namespace billing {

/// The period that begins on `start`: until the next day on which one begins by the anchor, or until a term with another interval does.
/// Full days are those between the two days of the anchor around it. Throws Overflow beyond the year 9999.
BillingPeriod period_from(const Life& life, Date start);

/// The day from which a subscription that begins to bill on `start` counts its periods: `start`, or the first day with that number.
Date anchor_from(Date start, std::optional<std::int64_t> anchor_day);

/// The same life with its next period, when the current one ended before or on `today` and the subscription goes on; nullopt otherwise. A term with
/// another interval than the day before is the new anchor. Called until nullopt it makes up for all periods since. Throws Overflow.
std::optional<Life> roll_over(const Life& life, Date today);

}  // namespace billing
