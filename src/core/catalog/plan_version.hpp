#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/plan.hpp"

namespace billing {

/// Whether a period's base fee is billed on its first day or when it is over.
enum class BillIn : std::uint8_t { arrears, advance };
std::string_view to_text(BillIn bill_in);  // "arrears", "advance"
std::optional<BillIn> parse_bill_in(std::string_view text);

/// What a plan costs: immutable once made. A plan has versions 1, 2, …; a new subscription takes the newest, a live one stays on the one
/// of its term.
struct PlanVersion {
  std::string plan_code;
  std::string plan_name;  // may be empty; for the customer, not compared
  std::int64_t number;    // 1, 2, …
  Money amount;           // the base fee of one full period and one unit of quantity, ≥ 0
  Interval interval;
  std::int64_t trial_days = 0;
  BillIn bill_in = BillIn::arrears;
  bool tax_inclusive = false;
  std::int64_t minimum = 0;     // minor units a full period, not times the quantity; 0: none
  std::vector<Charge> charges;  // at most one a metric

  Currency currency() const { return amount.currency(); }
};
/// Shared by all the terms that hold it; never null in a term.
using PlanVersionPtr = std::shared_ptr<const PlanVersion>;

}  // namespace billing
