#pragma once

#include "rooms/providers/books.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::providers::stripe {

class StripeBooks final : public Books {
 public:
  explicit StripeBooks(Api& api) : api_(api) {}

  Task<Answer<BookedDispute>> dispute(std::string reference) override;
  Task<Answer<BookedRefund>> refund(std::string reference) override;
  Task<Answer<BookedCharge>> charge(std::string reference) override;
  Task<Answer<std::vector<BookedCharge>>> charges_since(Instant since) override;
  Task<Answer<std::vector<BookedRefund>>> refunds_since(Instant since) override;
  Task<Answer<std::vector<BookedDispute>>> disputes_since(Instant since) override;

 private:
  template <class Thing>
  Task<Answer<Thing>> one(std::string path, Thing (*read)(const boost::json::value&));
  template <class Thing>
  Task<Answer<std::vector<Thing>>> all(std::string path, Instant since, Thing (*read)(const boost::json::value&));

  Api& api_;
};

}  // namespace billing::providers::stripe
