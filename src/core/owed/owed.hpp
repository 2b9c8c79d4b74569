#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/catalog/pricing.hpp"
#include "core/facts/claims.hpp"
#include "core/facts/life.hpp"
#include "core/money/ratio.hpp"
#include "core/owed/item.hpp"

namespace billing {

/// A run of days with one plan, version, quantity and fee.
struct BaseSegment {
  Period days;
  std::int64_t paused_days = 0;  // of these days; they are free
  std::string plan_code;
  std::string plan_name;
  std::int64_t version;
  std::int64_t quantity;
  Money fee;                // of one unit and full period
  bool overridden = false;  // the fee is this customer's
  bool in_advance = false;
  std::string reason;

  std::int64_t charged_days() const { return days.days() - paused_days; }
};
/// owed = round(Σ fee × quantity × charged days ÷ of_days)
struct BaseOwed {
  std::vector<BaseSegment> segments;
  std::int64_t of_days;
  Money in_advance;  // the rounded share of the days whose version bills in advance, less its discounts
  Ratio exact_in_advance = {};  // before discounts and rounding
};

/// A run of days with one charge for the metric, or with none; costs `after.amount − before.amount`.
struct UsageSegment {
  Period days;
  std::string plan_code;  // of its last term
  std::int64_t version;
  bool overridden = false;  // the charge is this customer's
  std::string reason;
  std::optional<Charge> charge;  // nullopt: costs nothing
  std::int64_t count_before;     // units claimed in the period before it
  std::int64_t count_after;      // and through it
  Rating before;                 // of count_before; empty without a charge
  Rating after;                  // of count_after
  Decimal amount;                // exact; below zero where a volume price falls
};
/// owed = max(0, round(Σ amounts of the segments))
struct UsageOwed {
  std::vector<UsageSegment> segments;
  std::int64_t quantity;  // units in all
  Decimal exact;          // Σ amounts of the segments
  Decimal rounding;       // what was added to it: owed = exact + rounding
};

struct MinimumSegment {
  Period days;
  std::int64_t paused_days = 0;
  std::string plan_code;
  std::int64_t version;
  Money minimum;  // of a full period
};
/// owed = max(0, required − counted), required = round(Σ minimum × days not paused ÷ of_days)
struct MinimumOwed {
  std::vector<MinimumSegment> segments;
  std::int64_t of_days;
  Money required;
  Money counted;  // base and usages of the period, each rounded, without discounts
};

using HowOwed = std::variant<BaseOwed, UsageOwed, MinimumOwed>;

/// What a discount took off an item.
struct DiscountTaken {
  std::string coupon;
  Off off;
  Ratio available;  // of an amount: what the items before this one left of it, minor units
  Money taken;      // by how much the rounded amount fell: full − Σ taken = owed
};

/// What one item of one period owes, and how that came about.
struct OwedItem {
  Item item;
  Money amount;           // ≥ 0, less discounts
  std::int64_t quantity;  // usage: the units in all; else 1
  HowOwed how;
  Ratio exact = {};  // before discounts and rounding, minor units, ≥ 0
  std::vector<DiscountTaken> discounts = {};  // those that hold in the period for this item, in the order in which they apply

  Money full() const { return exact.rounded(amount.currency()); }
};

/// base(period) of the life, whole: as it stands when it is over. As the two below without discounts, which depend on the items before.
OwedItem owed_base(const Life& life, const BillingPeriod& period);
/// usage:metric(period), of what was claimed so far.
OwedItem owed_usage(const Life& life, const BillingPeriod& period, const std::string& metric, const ClaimedUsage& claimed);
/// minimum(period), whole, beside what its base and usages come to.
OwedItem owed_minimum(const Life& life, const BillingPeriod& period, Money counted);

/// Takes off the items of a period, which are in the order of lines, what the discounts that hold in it take: in the order in which they were added,
/// each on what the ones before it left; a percentage of every item, an amount from item to item until it is used up. Each is rounded once.
void take_discounts(const Life& life, const BillingPeriod& period, std::vector<OwedItem>& items);

/// All that a period owes, less discounts, in the order of lines: base, usage of each metric that is charged on a day of it, and, once it is over, the minimum if a
/// version of it has one. In a trial each is zero, and its usage counts for nothing. Throws Overflow, naming the item.
std::vector<OwedItem> owed_of(const Life& life, const BillingPeriod& period, const ClaimedUsage& claimed, Date today);

}  // namespace billing
