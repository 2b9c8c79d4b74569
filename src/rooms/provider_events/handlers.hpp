#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"
#include "rooms/providers/stripe/settings.hpp"

namespace billing::provider_events {

/// An event of Stripe's. `settings`: nullptr where Stripe is not who moves the money.
Task<http::Response> receive_stripe_event(Context& context, const http::Request& request, const providers::stripe::Settings* settings);

}  // namespace billing::provider_events
