#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/money/decimal.hpp"
#include "core/money/money.hpp"
#include "core/time/period.hpp"

namespace billing {

/// One step of a tiered price. `up_to` is inclusive; nullopt on the last tier, and only there.
struct Tier {
  std::optional<std::int64_t> up_to;
  Decimal unit_price;
  Decimal flat_price;  // owed once when the tier is entered (graduated) or reached (volume)
  bool operator==(const Tier&) const = default;
};

struct PerUnit {
  Decimal unit_price;
  bool operator==(const PerUnit&) const = default;
};
/// Each unit at the price of the tier it falls in.
struct Graduated {
  std::vector<Tier> tiers;
  bool operator==(const Graduated&) const = default;
};
/// All units at the price of the tier that the quantity reaches.
struct Volume {
  std::vector<Tier> tiers;
  bool operator==(const Volume&) const = default;
};
/// Started blocks of `package_size` units.
struct Package {
  std::int64_t package_size;  // ≥ 1
  Decimal package_price;
  bool operator==(const Package&) const = default;
};
using PricingModel = std::variant<PerUnit, Graduated, Volume, Package>;

/// "per_unit", "graduated", "volume", "package"
std::string_view model_name(const PricingModel& model);

/// What a metric costs on a plan. `included` units come off the quantity first.
struct Charge {
  std::string metric;  // [a-z][a-z0-9_.]{0,63}
  std::int64_t included = 0;
  PricingModel model;
  bool operator==(const Charge&) const = default;
};

struct Plan {
  std::string code;  // [a-z0-9][a-z0-9_-]{0,63}
  std::string name;
  Money amount;  // the base fee of one period, ≥ 0
  Interval interval;
  std::int64_t trial_days = 0;  // 0 to 3650
  bool active = true;
  std::vector<Charge> charges;  // at most one a metric
  bool operator==(const Plan&) const = default;
};

bool valid_plan_code(std::string_view code);
bool valid_metric(std::string_view metric);
/// Why these tiers are not acceptable ("up_to must rise from tier to tier", …); nullopt when they are: at least one tier, bounds ≥ 1 and
/// strictly rising, the last one open and only it.
std::optional<std::string> tiers_problem(const std::vector<Tier>& tiers);

}  // namespace billing
