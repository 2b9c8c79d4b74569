#pragma once

#include <string>
#include <vector>

#include "core/documents/differences.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::invoices {

/// What a run made, oldest first.
struct Documents {
  std::vector<InvoiceId> invoices;
  std::vector<std::string> credit_notes;  // ids
};

/// Bills what a change of this subscription's facts calls for, whatever of the user's other subscriptions claims. Under the user's lock, in the
/// transaction that saved the facts, with everything due done before. Refusal 422 when what is owed does not fit.
Task<Documents> run_for(Context& context, UserId user_id, SubscriptionId subscription_id, RunKind kind);

}  // namespace billing::invoices
