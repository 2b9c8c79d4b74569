#pragma once

#include "rooms/providers/provider.hpp"

namespace billing::providers {

/// What a provider of a test is besides what the test is about.
struct TestProvider : PaymentProvider {
  std::string_view name() const override { return "recording"; }
  std::chrono::hours keys_last() const override { return std::chrono::hours{24}; }
  bool keeps_customers() const override { return false; }
  Task<Outcome> charge(ChargeRequest) override { co_return Unreachable{}; }
  Task<Found> lookup(ChargeRequest) override { co_return Unreachable{}; }
  Task<Found> cancel(ChargeRequest) override { co_return Unreachable{}; }
  Task<RefundOutcome> refund(RefundRequest) override { co_return Unreachable{}; }
  Task<FoundRefund> lookup_refund(RefundRequest) override { co_return Unreachable{}; }
  Task<Answer<std::string>> make_customer(Customer) override { co_return Unreachable{}; }
  Task<Answer<SetupLink>> set_up(Customer, std::string, std::string) override { co_return Unreachable{}; }
  Task<FoundSetup> lookup_setup(Customer, std::string) override { co_return Unreachable{}; }
  Task<Answer<std::vector<Method>>> methods(Customer) override { co_return Unreachable{}; }
  Task<Answer<Method>> attach(Customer, std::string) override { co_return Unreachable{}; }
  Task<Answer<Done>> detach(Customer, std::string) override { co_return Unreachable{}; }
};

}  // namespace billing::providers
