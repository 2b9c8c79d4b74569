#include <algorithm>

#include "core/owed/owed.hpp"

namespace billing {
namespace {

bool is_eligible(const EligibleItems& eligible, const Item& item) {
  if (eligible.all()) return true;
  switch (item.kind) {
    case ItemKind::base: return eligible.base;
    case ItemKind::usage: return eligible.usage || std::ranges::find(eligible.metrics, item.metric) != eligible.metrics.end();
    case ItemKind::minimum: return eligible.minimum;
  }
  return false;
}

struct Left {
  OwedItem* item;
  Ratio exact;
};

void take(const Discount& discount, std::vector<Left>& items) {
  const auto* percent = std::get_if<Percent>(&discount.off);
  auto available = percent ? Ratio{} : Ratio::of(std::get<std::int64_t>(discount.off));
  for (auto& left : items) {
    if (!is_eligible(discount.items, left.item->item)) continue;
    const auto taken = percent ? left.exact * Ratio{percent->millionths(), Percent::whole} : std::min(left.exact, available);
    const auto currency = left.item->amount.currency();
    const auto before = left.exact.rounded(currency);
    left.exact = left.exact - taken;
    left.item->discounts.push_back({discount.coupon, discount.off, available, before - left.exact.rounded(currency)});
    if (!percent) available = available - taken;
  }
}

/// Of the days in advance as much as they are of the whole.
void scale_what_is_in_advance(OwedItem& item, const Ratio& left) {
  auto* base = std::get_if<BaseOwed>(&item.how);
  if (base == nullptr || base->in_advance.is_zero()) return;
  if (base->exact_in_advance == item.exact) {
    base->in_advance = item.amount;
  } else {
    base->in_advance = (left * (base->exact_in_advance / item.exact)).rounded(item.amount.currency());
  }
}

}  // namespace

void take_discounts(const Life& life, const BillingPeriod& period, std::vector<OwedItem>& items) {
  std::vector<Left> left;
  for (auto& item : items) left.push_back({&item, item.exact});
  bool any = false;
  for (const auto& discount : life.discounts) {
    if (!holds_in(discount, life, period)) continue;
    take(discount, left);
    any = true;
  }
  if (!any) return;
  for (auto& [item, exact] : left) {
    item->amount = exact.rounded(item->amount.currency());
    scale_what_is_in_advance(*item, exact);
  }
}

}  // namespace billing
