#pragma once

#include "rooms/payments/attempt/attempt.hpp"

namespace billing::payments {

/// What an operator says of an attempt, or a refund, of unknown outcome, and why.
struct Resolution {
  PaymentStatus status;  // succeeded or failed
  std::string reason;
};
/// Ends it so, as though its provider had said it: a charge that failed was declined, softly; a refund that failed becomes balance. One that waits for its customer
/// is canceled first. Refusal 404, 409 `not_pending`, `attempt_running`, and `not_failed` where the provider says that it has been paid.
Task<Payment> resolve_payment(Context& context, const Collecting& collecting, PaymentId id, Resolution resolution);

}  // namespace billing::payments
