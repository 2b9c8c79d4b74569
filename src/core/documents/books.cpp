#include "core/documents/books.hpp"

#include <algorithm>

namespace billing {

std::map<ItemKey, BilledItem> billed_by_key(const Books& books) {
  struct Sum {
    Int128 amount = 0;
    Int128 left = 0;
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
      item.quantity += line.quantity;
      if (line.sequence <= sum.newest) continue;
      sum.newest = line.sequence;
      item.taxed = line.taxed;
    }
  }
  for (auto& [key, item] : billed) {
    item.amount = narrowed(sums[key].amount, "what is billed of " + key.item.text());
    item.left = narrowed(sums[key].left, "what is left of " + key.item.text());
  }
  return billed;
}

}  // namespace billing
