#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/overflow.hpp"
#include "core/documents/documents.hpp"
#include "rooms/context.hpp"
#include "rooms/invoices/run/user_facts.hpp"

namespace billing::invoices {

/// The job that a new invoice rings for (payments/attempt_payment.hpp).
inline constexpr std::string_view attempt_payments_job = "attempt_payments";
/// Invoices that are charged at the same time and share the two transactions around that: a slow provider holds up no more than these.
inline constexpr std::size_t payments_per_ring = 100;

/// What a run made, oldest first.
struct Made {
  std::vector<InvoiceId> invoices;
  std::vector<CreditNoteId> credit_notes;

  std::optional<InvoiceId> newest() const { return invoices.empty() ? std::nullopt : std::optional{invoices.back()}; }
};

/// An invoice that is charged by itself, as it is made.
struct ToCollect {
  InvoiceId id;
  UserId user;
  Money due;
};
/// Begins to collect invoices in the transaction that makes them.
using Collect = std::function<Task<void>(pg::Transaction& tx, std::vector<ToCollect> made)>;

/// Does what is due for these users: rolls their subscriptions over and bills the periods that ended; again and again until none of them is due,
/// so that a long pause is caught up period by period. Locks the users and checks that they are still due: repeating it does nothing.
/// A subscription that cannot be billed keeps its error, is due again in an hour, and holds up nobody else. With `collect`, the invoices of those of whom
/// nothing more is due are begun to be collected; without it, and for the others, a ring asks for that after the commit.
Task<Made> bill_due(Context& context, std::vector<UserId> user_ids, const Collect& collect = {});

struct OnDemand {
  Made made;  // of periods that were due too
  bool found_subscription = false;  // there is one to look at
  std::optional<Overflow> overflow;  // what is owed does not fit: nothing of it was billed
};
/// Generates for these users: everything as it stands; what is due comes first. Each finds its outcome in `outcomes`, or none when it has no
/// subscription. When it throws, outcomes tell what was committed until then. With `busy`, users whom others have locked are not waited for: they are
/// added there, and have to come again.
Task<void> bill_on_demand(Context& context, std::vector<UserId> user_ids, std::map<UserId, OnDemand>& outcomes,
                          std::set<UserId>* busy = nullptr);

/// Bills what a change of this subscription's facts calls for, whatever the user's other subscriptions claim. Under the user's lock, in the
/// transaction that saved the facts, with everything due done before. `day`: the day that the run is of. Refusal 422 when what is owed does not fit.
Task<Made> run_for(Context& context, UserId user_id, SubscriptionId subscription_id, RunKind kind, Date day);

/// Bills an item of the user's that is not billed on an invoice of its own, under the user's lock, in the transaction that made it. Refusal 422 when
/// its sum with tax does not fit.
Task<void> bill_item(Context& context, UserId user_id, ItemId item);

/// Periods of the users that hold days with late usage are settled no longer. It is billed by the next run; a canceled subscription has one of its own.
Task<void> reopen_late(Context& context, std::vector<UserId> user_ids);

void append(Made& all, const Made& more);

}  // namespace billing::invoices
