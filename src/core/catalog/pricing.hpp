#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/catalog/plan.hpp"

namespace billing {

/// One step of a rating; `amount` = quantity × unit_price + flat_price, exactly. For a package the quantity counts started
/// packages and the unit price is the package's.
struct RatingStep {
  std::int64_t from;                  // the first billable unit of the step, counted from 1
  std::optional<std::int64_t> up_to;  // the last one the tier may hold; nullopt: no limit
  std::int64_t quantity;
  Decimal unit_price;
  Decimal flat_price;
  Decimal amount;
  bool operator==(const RatingStep&) const = default;
};

struct Rating {
  std::int64_t total_quantity;
  std::int64_t included;
  std::int64_t billable;  // max(0, total_quantity − included)
  std::vector<RatingStep> steps;  // empty when nothing is billable; they sum to `amount`
  Decimal amount;                 // exact, in the major unit, not rounded
  bool operator==(const Rating&) const = default;
};

/// What `total_quantity` (≥ 0) units of a charge's metric cost in one period. Zero usage costs nothing, flat prices included.
/// Precondition: tiers without a tiers_problem. Throws Overflow when an exact amount does not fit a Decimal.
Rating rate(const Charge& charge, std::int64_t total_quantity);

}  // namespace billing
