#include "rooms/verify/checks.hpp"

#include <vector>

namespace billing::verify {

std::span<const Check> checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> joined;
    for (const auto group : {invoice_checks(), item_checks(), credit_checks(), period_checks(), usage_checks(), payment_checks(),
                             refund_checks(), audit_checks(), event_checks(), owed_checks(), tax_checks(), explanation_checks()}) {
      joined.insert(joined.end(), group.begin(), group.end());
    }
    return joined;
  }();
  return all;
}

}  // namespace billing::verify
