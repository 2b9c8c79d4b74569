#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/overflow.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/run/documents.hpp"
#include "rooms/invoices/run/user_facts.hpp"

namespace billing::invoices {

// What billing decides for one user at a time, from the facts that were loaded: pure but for the ids of new documents.

/// What one pass over some users changes, all of it saved in one transaction.
struct Changes {
  bool empty() const {
    return entered.empty() && looked_at.empty() && settled.empty() && held_back.empty() && billed_again.empty() &&
           documents.invoices.empty() && documents.notes.empty();
  }

  Documents documents;
  std::vector<std::pair<facts::Subscription, facts::Subscription>> entered;  // before and after: their lives have changed
  std::vector<facts::Subscription> looked_at;
  std::vector<facts::PeriodName> settled;
  std::vector<InvoiceId> held_back;  // something had to wait beside these
  std::vector<InvoiceLineId> billed_again;  // withheld until now
  std::vector<InvoiceId> released;   // what waited beside these was billed now
  std::vector<audit::Entry> audit;
  std::vector<UserId> again;  // something is due for these still: the next pass
};

/// The next thing that is due for a user at `now`: the periods that end on the earliest day of those that are over, or, once none is, whatever else is due.
/// Notes nothing when nothing is. Subscriptions whose sums do not fit keep the error, are due again in an hour, and hold up nobody else.
void bill_due_user(UserFacts user, Instant now, Changes& changes);

/// Everything that the user owes as it stands. Throws Overflow, naming the subscription, having noted nothing.
void generate(UserFacts user, Instant now, Changes& changes);

/// One subscription, by a run of that kind on that day. Throws Overflow likewise.
void bill_one(const UserFacts& user, SubscriptionId subscription, RunKind kind, Date day, Instant now, Changes& changes);

/// That item, on an invoice of its own.
void bill_item(const UserFacts& user, ItemId item, Instant now, Changes& changes);

}  // namespace billing::invoices
