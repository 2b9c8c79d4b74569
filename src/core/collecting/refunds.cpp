#include "core/collecting/refunds.hpp"

#include <algorithm>

namespace billing {

std::vector<RefundPart> refund_of(std::int64_t amount, const std::vector<std::int64_t>& left) {
  std::vector<RefundPart> parts;
  for (std::size_t i = 0; i < left.size() && amount > 0; ++i) {
    const auto part = std::min(amount, left[i]);
    if (part <= 0) continue;
    parts.push_back({i, part});
    amount -= part;
  }
  return parts;
}

PaymentStatus together(const std::vector<PaymentStatus>& refunds) {
  using enum PaymentStatus;
  for (const auto status : {pending, failed}) {
    if (std::ranges::find(refunds, status) != refunds.end()) return status;
  }
  return succeeded;
}

}  // namespace billing
