#include "rooms/provider_events/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/observe/metrics.hpp"
#include "rooms/provider_events/store.hpp"
#include "rooms/providers/stripe/signature.hpp"

namespace billing::provider_events {

/// What was not kept is not answered with 200, and comes again.
Task<http::Response> receive_stripe_event(Context& context, const http::Request& request, const providers::stripe::Settings* settings) {
  if (!settings || settings->webhook_secrets.empty()) {
    throw not_found("Nothing of Stripe's is taken here: set BILLING_PROVIDER=stripe and STRIPE_WEBHOOK_SECRET.");
  }
  const auto count = [&context](std::string_view outcome) {
    context.metrics.count("provider_events", {{"provider", "stripe"}, {"outcome", outcome}});
  };
  // In real time: the sender's clock is no simulated one.
  if (!providers::stripe::is_signed(request.header("Stripe-Signature"), request.body, settings->webhook_secrets, SystemClock{}.now())) {
    count("not_signed");
    throw Refusal(400, "not_signed",
                  "The Stripe-Signature is none of these bytes by a secret of STRIPE_WEBHOOK_SECRET, or more than five minutes old.");
  }
  const auto event = parse_stripe_event(request.body);
  if (!event) {
    count("ignored");
  } else {
    const auto kept = co_await keep(context.db, context, "stripe", *event);
    count(kept ? "kept" : "known");
  }
  co_return http::answer(200, boost::json::object{{"received", true}});
}

}  // namespace billing::provider_events
