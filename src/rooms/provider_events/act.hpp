#pragma once

#include <string>
#include <vector>

#include "rooms/payments/attempt_payment.hpp"
#include "rooms/providers/books.hpp"

namespace billing::provider_events {

/// Acts on what came: the provider is asked what became of the attempt, refund or dispute, and that is committed under the user's lock. In any order, and as
/// often as one likes.
Task<void> act_on_events(Context& context, const payments::Collecting& collecting, std::vector<std::string> ids);

/// What the provider says of a dispute, kept with its payment. False: it is of a charge that could not be asked for now.
Task<bool> take_dispute(Context& context, providers::PaymentProvider& provider, const providers::BookedDispute& booked);
/// What the provider says of a refund: one that had gone and has come back becomes balance.
Task<void> take_refund(Context& context, const providers::BookedRefund& booked);

/// Looks through the books of the last days for what no event told of: disputes, and refunds that came back.
Task<void> look_through_books(Context& context, providers::PaymentProvider& provider);

}  // namespace billing::provider_events
