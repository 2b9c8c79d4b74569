#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/collecting/dispute.hpp"
#include "core/collecting/payment.hpp"
#include "rooms/providers/provider.hpp"

namespace billing::providers {

/// A charge as a provider has it in its books: `succeeded`, `pending` (nobody can tell yet, or its customer is waited for) or `failed`.
struct BookedCharge {
  std::string reference;
  std::optional<PaymentId> payment;  // of ours, as its notes say
  std::optional<Money> amount;       // none: of a currency that is not ours
  PaymentStatus status;
};
struct BookedRefund {
  std::string reference;
  std::optional<RefundId> refund;  // of ours, as its notes say
  std::optional<std::string> charge_reference;
  std::optional<Money> amount;
  PaymentStatus status;
  std::optional<std::string> failure_code;
};
struct BookedDispute {
  std::string reference;
  std::string charge_reference;
  std::optional<Money> amount;
  DisputeStatus status;
  std::string reason;  // "fraudulent"
  std::optional<Instant> respond_by;
  Instant opened_at;
};

/// What a provider can tell by itself. `since` is real time, as the provider's is.
class Books {
 public:
  virtual ~Books() = default;
  virtual Task<Answer<BookedDispute>> dispute(std::string reference) = 0;
  virtual Task<Answer<BookedRefund>> refund(std::string reference) = 0;
  virtual Task<Answer<BookedCharge>> charge(std::string reference) = 0;
  virtual Task<Answer<std::vector<BookedCharge>>> charges_since(Instant since) = 0;
  virtual Task<Answer<std::vector<BookedRefund>>> refunds_since(Instant since) = 0;
  virtual Task<Answer<std::vector<BookedDispute>>> disputes_since(Instant since) = 0;
};

}  // namespace billing::providers
