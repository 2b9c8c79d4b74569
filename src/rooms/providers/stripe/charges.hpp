#pragma once

#include "rooms/providers/provider.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::providers::stripe {

/// Attempts as PaymentIntents. Each carries its attempt key in its metadata, by which it is found again when nothing else is known. One that the customer has to
/// authenticate is canceled, and goes on as a Checkout Session with the same key in its metadata: of all that carries one key
/// only the newest can still be paid.
class Charges {
 public:
  explicit Charges(Api& api) : api_(api) {}

  Task<Outcome> charge(ChargeRequest request);
  Task<Found> lookup(ChargeRequest request);
  Task<Found> cancel(ChargeRequest request);

 private:
  Task<Found> outcome_of_intent(const ChargeRequest& request, const boost::json::value& intent, Deadline deadline);
  Task<Found> outcome_of_session(const ChargeRequest& request, const boost::json::value& session, Deadline deadline);
  Task<Found> look_up_by_key(const ChargeRequest& request, Deadline deadline);
  Task<Found> look_up_reference(const ChargeRequest& request, Deadline deadline);
  Task<Found> hand_to_customer(const ChargeRequest& request, std::string intent, Deadline deadline);
  Task<Found> continue_in_session(const ChargeRequest& request, Deadline deadline);
  Task<Found> end_intent(const ChargeRequest& request, const std::string& intent, Deadline deadline);
  Task<Found> end_session(const ChargeRequest& request, const std::string& session, Deadline deadline);

  Api& api_;
};

}  // namespace billing::providers::stripe
