#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/overflow.hpp"
#include "core/billing/invoice.hpp"
#include "rooms/context.hpp"

namespace billing::invoices {

/// The job that a new invoice rings for (payments/attempt_payment.hpp).
inline constexpr std::string_view attempt_payments_job = "attempt_payments";

/// Closes every ended period of these users: bills it, and enters the next one; again and again until none of their
/// subscriptions is due, so that a long pause is caught up period by period. Locks the users and checks that they are still due: repeating
/// it does nothing. A subscription that cannot be billed keeps its error, is due again in an hour, and holds up nobody else.
/// Returns the ids of the invoices made, oldest first.
Task<std::vector<InvoiceId>> bill_due(Context& context, std::vector<std::string> user_ids);

struct OnDemand {
  std::vector<InvoiceId> made;         // oldest first, of periods that were due too
  std::vector<InvoiceKey> considered;  // the periods whose invoices the user could have had
  std::optional<Overflow> overflow;    // what is owed does not fit: nothing of it was billed
};
/// Bills these users' current periods so far, and what is unbilled of earlier ones; what is due comes first. Each finds its outcome in
/// `outcomes`, or none when it has nothing that billing has to look at. When it throws, outcomes tell what was committed until then.
/// With `busy`, users whom others have locked are not waited for: they are added there, and have to come again.
Task<void> bill_on_demand(Context& context, std::vector<std::string> user_ids, std::map<UserId, OnDemand>& outcomes,
                          std::set<std::string>* busy = nullptr);

/// Bills what a subscription that was just canceled still owes: its final invoice, if anything.
Task<std::vector<InvoiceId>> bill_final(Context& context, UserId user_id, SubscriptionId subscription_id);

}  // namespace billing::invoices
