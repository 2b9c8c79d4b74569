#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "core/ids.hpp"
#include "core/money/percent.hpp"

namespace billing {

struct Life;
struct BillingPeriod;

/// Which items of a subscription a coupon is for. None of all: every one. One-off items never are.
struct EligibleItems {
  bool base = false;
  bool minimum = false;
  bool usage = false;                // of every metric
  std::vector<std::string> metrics;  // of these

  bool all() const { return !base && !minimum && !usage && metrics.empty(); }
  bool operator==(const EligibleItems&) const = default;
};

/// As coupons write them: "base", "minimum", "usage", "usage:<metric>"; nullopt for anything else.
std::optional<EligibleItems> parse_eligible(const std::vector<std::string>& items);

/// A part of each item, or an amount a period in minor units, > 0.
using Off = std::variant<Percent, std::int64_t>;

/// A coupon that was given to a subscription.
struct Discount {
  DiscountId id;
  std::string coupon;
  Off off;
  EligibleItems items;
  std::optional<std::int64_t> periods;  // how many, ≥ 1; nullopt: all
  Date from;                            // the first period that it may hold in is the one that holds this day
  std::optional<Date> after;            // added again: only periods that begin after this day
  std::optional<Date> deleted_on;       // it holds to the end of the period that holds this day
  Date added_on = {};
  std::int64_t periods_before = 0;      // in which it held, and that the life at hand leaves out
  bool operator==(const Discount&) const = default;
};

/// Whether it holds in the period, which is one of the life's: of those that are no trial, one of the first `periods` from its beginning on, billed or not.
bool holds_in(const Discount& discount, const Life& life, const BillingPeriod& period);
/// The first day on which it holds no more, once that is known.
std::optional<Date> ends_on(const Discount& discount, const Life& life);

}  // namespace billing
