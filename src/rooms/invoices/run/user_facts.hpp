#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/documents/documents.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/grants/store.hpp"
#include "rooms/refunds/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {

/// Everything that decides what one user is to be billed.
struct UserFacts {
  UserId id;
  std::vector<facts::Subscription> subscriptions;  // all of them, oldest first; periods before the first unsettled one are left out
  std::vector<UsageDay> usage;                     // of the days of those periods
  Books books;                                     // every invoice with a line of them, and all that are open; oldest first
  std::set<InvoiceId> attempted;                   // open ones with a payment attempt under way
  std::vector<InvoiceId> held_back;                // paid ones beside which something had to wait until then
  std::set<InvoiceLineId> withheld;                // voided lines that only a generate bills again
  std::set<std::pair<SubscriptionId, Date>> kept_void;  // periods whose withheld lines count as billed in this pass
  std::vector<grants::Grant> grants = {};         // with something left, in the order in which they were made
  refunds::RefundableOf refundable = {};          // of its invoices, where a cancel gives back to the card
  Conditions conditions = {};                     // its rates, and what is owed once and not billed
  users::Billed billed = {};
};

/// Whether one of its subscriptions is due by then.
bool is_due(const UserFacts& user, Instant at);

/// Takes the users' billing locks and reads their facts, in a handful of statements for all of them together.
Task<std::vector<UserFacts>> lock_and_load(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids);
/// The same for users whose locks are held.
Task<std::vector<UserFacts>> load_locked(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids);
/// Periods of the users that were settled without usage that has come since are open again. Under the users' locks.
Task<void> reopen_late(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids);

}  // namespace billing::invoices
