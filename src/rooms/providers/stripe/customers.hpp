#pragma once

#include "rooms/providers/provider.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::providers::stripe {

/// Users as Stripe's customers, and what they pay with. A card is entered on Stripe's own page (a Checkout Session in `setup` mode).
class Customers {
 public:
  explicit Customers(Api& api) : api_(api) {}

  Task<Answer<std::string>> make(Customer customer);
  Task<Answer<SetupLink>> set_up(Customer customer, std::string return_url, std::string key);
  Task<FoundSetup> lookup_setup(Customer customer, std::string reference);
  Task<Answer<std::vector<Method>>> methods(Customer customer);
  Task<Answer<Method>> attach(Customer customer, std::string method);
  Task<Answer<Done>> detach(Customer customer, std::string method);

 private:
  Api& api_;
};

}  // namespace billing::providers::stripe
