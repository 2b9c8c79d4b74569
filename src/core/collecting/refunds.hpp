#pragma once

#include <cstdint>
#include <vector>

#include "core/collecting/payment.hpp"

namespace billing {

/// What is given back of a payment: its index in the list given.
struct RefundPart {
  std::size_t payment;
  std::int64_t amount;  // minor units, > 0
  bool operator==(const RefundPart&) const = default;
};

/// Of which of an invoice's payments an amount goes back, `left` being what refunds may still give back of each, newest first: as far as they reach.
std::vector<RefundPart> refund_of(std::int64_t amount, const std::vector<std::int64_t>& left);

/// What has become of a note's refunds together, never none: pending until all have ended; failed where one did, for that part of the money went another
/// way; else succeeded.
PaymentStatus together(const std::vector<PaymentStatus>& refunds);

}  // namespace billing
