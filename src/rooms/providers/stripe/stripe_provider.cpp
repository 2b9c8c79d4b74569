#include "rooms/providers/stripe/stripe_provider.hpp"

#include "rooms/providers/stripe/charges.hpp"
#include "rooms/providers/stripe/customers.hpp"
#include "rooms/providers/stripe/refunds.hpp"
#include "rooms/providers/stripe/stripe_books.hpp"

namespace billing::providers {
namespace {

class StripeProvider final : public PaymentProvider {
 public:
  StripeProvider(outbound::HttpClient& http, const stripe::Settings& settings) : api_(http, settings) {}

  std::string_view name() const override { return "stripe"; }
  /// Stripe keeps them for 24 hours at least; clocks and queues have the rest.
  std::chrono::hours keys_last() const override { return std::chrono::hours{23}; }
  bool keeps_customers() const override { return true; }

  Task<Outcome> charge(ChargeRequest request) override { return charges_.charge(std::move(request)); }
  Task<Found> lookup(ChargeRequest request) override { return charges_.lookup(std::move(request)); }
  Task<Found> cancel(ChargeRequest request) override { return charges_.cancel(std::move(request)); }
  Task<RefundOutcome> refund(RefundRequest request) override { return refunds_.refund(std::move(request)); }
  Task<FoundRefund> lookup_refund(RefundRequest request) override { return refunds_.lookup(std::move(request)); }

  Task<Answer<std::string>> make_customer(Customer customer) override { return customers_.make(std::move(customer)); }
  Task<Answer<SetupLink>> set_up(Customer customer, std::string return_url, std::string key) override {
    return customers_.set_up(std::move(customer), std::move(return_url), std::move(key));
  }
  Task<FoundSetup> lookup_setup(Customer customer, std::string reference) override {
    return customers_.lookup_setup(std::move(customer), std::move(reference));
  }
  Task<Answer<std::vector<Method>>> methods(Customer customer) override { return customers_.methods(std::move(customer)); }
  Task<Answer<Method>> attach(Customer customer, std::string method) override {
    return customers_.attach(std::move(customer), std::move(method));
  }
  Task<Answer<Done>> detach(Customer customer, std::string method) override {
    return customers_.detach(std::move(customer), std::move(method));
  }
  Books* books() override { return &books_; }

 private:
  stripe::Api api_;
  stripe::Charges charges_{api_};
  stripe::Refunds refunds_{api_};
  stripe::Customers customers_{api_};
  stripe::StripeBooks books_{api_};
};

}  // namespace

std::unique_ptr<PaymentProvider> make_stripe_provider(outbound::HttpClient& http, const stripe::Settings& settings) {
  return std::make_unique<StripeProvider>(http, settings);
}

outbound::HttpClientOptions stripe_client_options() {
  // Stripe takes some hundred requests a second of an account; what is too much (429) is asked for again later, as if it could not be reached.
  constexpr std::size_t at_once = 25;
  return {.plain = outbound::PlainHttp::to_loopback, .most_body = 8 << 20, .most_running = at_once, .most_running_per_host = at_once};
}

}  // namespace billing::providers
