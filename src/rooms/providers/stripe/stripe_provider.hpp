#pragma once

#include <memory>

#include "rooms/providers/provider.hpp"
#include "rooms/providers/stripe/api.hpp"

namespace billing::providers {

/// Stripe, by `settings`, which outlive it, as `http` does. docs/stripe.md.
std::unique_ptr<PaymentProvider> make_stripe_provider(outbound::HttpClient& http, const stripe::Settings& settings);

/// As Stripe is asked: verified, plain HTTP on this machine alone, answers of a page of a list.
outbound::HttpClientOptions stripe_client_options();

}  // namespace billing::providers
