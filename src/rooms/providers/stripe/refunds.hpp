#pragma once

#include "rooms/providers/provider.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::providers::stripe {

/// Gives back of a PaymentIntent; each refund carries its key in its metadata.
class Refunds {
 public:
  explicit Refunds(Api& api) : api_(api) {}

  Task<RefundOutcome> refund(RefundRequest request);
  Task<FoundRefund> lookup(RefundRequest request);

 private:
  Api& api_;
};

/// What a refund's object says, also one that a webhook told of.
RefundOutcome outcome_of_refund(const boost::json::value& refund);

}  // namespace billing::providers::stripe
