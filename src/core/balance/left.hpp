#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/money/money.hpp"

namespace billing {

/// A line of an invoice, as a note may credit it.
struct CreditableLine {
  Money amount;
  Money credited;     // by notes of any kind
  Money left_of_key;  // of its subscription, period and item, over all invoices
};
/// What notes may still take off the line: its amount less its notes, at most what is left of its key, never below zero.
Money left_of(const CreditableLine& line);

/// An amount over what is left of the lines: by largest remainder, ties by position. nullopt when that is less than the amount. amount > 0.
std::optional<std::vector<std::int64_t>> spread(Money amount, const std::vector<Money>& left);

}  // namespace billing
