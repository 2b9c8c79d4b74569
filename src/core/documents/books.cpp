#include "core/documents/books.hpp"

#include <algorithm>

namespace billing {

namespace {

/// What discounts took of the part of a line that is still billed.
Int128 discount_of(const IssuedLine& line) {
  if (line.discount == 0 || line.amount.is_zero()) return line.discount;
  const Int128 amount = line.amount.minor();
  const Int128 sign = amount < 0 ? -1 : 1;
  return rounded_quotient(multiplied(multiplied(line.discount, amount - line.corrected), sign), amount * sign);
}

}  // namespace

std::map<ItemKey, BilledItem> billed_by_key(const Books& books) {
  struct Sum {
    Int128 amount = 0;
    Int128 left = 0;
    Int128 discount = 0;
    std::int64_t newest = -1;  // sequence of the newest line that stands
  };
  std::map<ItemKey, BilledItem> billed;
  std::map<ItemKey, Sum> sums;
  for (const auto& invoice : books) {
    for (const auto& line : invoice.lines) {
      auto& item = billed[line.key];
      auto& sum = sums[line.key];
      item.next_sequence = std::max(item.next_sequence, line.sequence + 1);
      if (invoice.is_void) continue;
      sum.amount += Int128{line.amount.minor()} - line.corrected;
      sum.left += Int128{line.amount.minor()} - line.corrected - line.forgiven;
      sum.discount += discount_of(line);
      item.quantity += line.quantity;
      if (line.sequence <= sum.newest) continue;
      sum.newest = line.sequence;
      item.taxed = line.taxed;
    }
  }
  for (auto& [key, item] : billed) {
    item.amount = narrowed(sums[key].amount, "what is billed of " + key.item.text());
    item.discount = narrowed(sums[key].discount, "the discount of " + key.item.text());
    item.left = narrowed(sums[key].left, "what is left of " + key.item.text());
  }
  return billed;
}

}  // namespace billing
