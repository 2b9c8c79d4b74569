#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/collecting/invoice_status.hpp"
#include "core/ids.hpp"
#include "rooms/facts/due.hpp"

namespace billing::invoices {

// What collecting an invoice's amount (payments) writes on it.

/// What a payment pays of an invoice: no more than is due.
struct PaidOff {
  InvoiceId id;
  std::int64_t amount;  // minor units
  bool whole;  // all that is due, as it was read under the invoice's lock: then the invoice is paid
};
void pay_off(pg::Transaction& tx, const std::vector<PaidOff>& parts, Instant now);
/// What a failed attempt leaves: the invoice stays open.
struct Setback {
  InvoiceId id;
  Collection collection;
  std::optional<Instant> next_attempt_at;
  std::int64_t declined_count = 0;
  std::int64_t unreachable_count = 0;
  std::int64_t schedule_from = 0;  // the declined_count at which the schedule began
};
void note_setbacks(pg::Transaction& tx, const std::vector<Setback>& setbacks, Instant now);

/// With a new payment method: every open invoice of the user that is charged by itself is due at once, what was given up too, and its schedule begins anew. Under
/// the user's lock, audit events included; the commit rings for them.
Task<void> collect_anew(pg::Transaction& tx, const Context& context, UserId user);

/// Their last day is over. They stay open.
void note_overdue(pg::Transaction& tx, const std::vector<InvoiceId>& ids, Instant now);

/// Live subscriptions with lines on these invoices that are not past due.
Task<std::vector<facts::OwnedSubscription>> active_subscriptions_on(pg::Session& tx, const std::vector<InvoiceId>& invoices);

}  // namespace billing::invoices
