#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/billing/invoice.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"
#include "rooms/facts/due.hpp"

namespace billing::invoices {

struct Invoice {
  InvoiceId id;
  std::string number;  // empty until its transaction has committed: it is given then (db/migrations/0001_billing.sql)
  UserId user_id;
  Period period;
  Money amount;
  InvoiceStatus status;
  std::string collection;
  std::optional<Instant> next_attempt_at;
  std::string usage_json;  // {"api_calls":120000}
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> paid_at;
  std::optional<Instant> voided_at;
};

struct InvoiceLine {
  std::string id;
  std::string kind;
  std::string item;  // base, usage:<metric>, minimum, item:<id>
  std::int64_t sequence;
  std::optional<std::string> subscription_id;  // and plan, version and period: none of an item of its own
  std::optional<std::string> plan_code;
  std::optional<std::int64_t> version;
  std::optional<std::string> metric;
  std::optional<Date> period_start;
  std::optional<Date> period_end;
  std::int64_t quantity;
  std::int64_t amount_cents;
  std::string description;
  std::string explanation_json;
};

Task<std::optional<Invoice>> find_invoice(pg::Session& db, InvoiceId id);

struct InvoiceFilter {
  std::optional<std::string> number;
  std::optional<UserId> user;
  std::optional<InvoiceStatus> status;
  std::optional<Collection> collection;
  std::optional<Date> from;  // from ≤ period_start < to
  std::optional<Date> to;
};
/// Newest first.
Task<std::vector<Invoice>> find_invoices(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);
/// The newest invoice of a user's period that is not void.
Task<std::optional<Invoice>> find_newest(pg::Session& db, UserId user, InvoiceKey key);
/// In the invoice's order.
Task<std::vector<InvoiceLine>> find_lines(pg::Session& db, InvoiceId id);

/// An invoice about to be written. A zero amount is paid at once.
struct NewInvoice {
  InvoiceId id;
  UserId user_id;
  InvoiceDraft draft;
};
/// Writes invoices with their lines and audit events. The commit numbers them.
void insert_invoices(pg::Transaction& tx, const Context& context, const std::vector<NewInvoice>& invoices);

/// Makes an open invoice void and gives its lines back to "not billed".
void mark_void(pg::Transaction& tx, const Context& context, const Invoice& invoice, const std::vector<InvoiceLine>& lines);

/// Past-due subscriptions with lines on these invoices that no other uncollected invoice holds back.
Task<std::vector<facts::OwnedSubscription>> subscriptions_freed_by(pg::Session& tx, const std::vector<InvoiceId>& invoices);

}  // namespace billing::invoices
