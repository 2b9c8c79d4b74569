#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/collecting/invoice_status.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"
#include "rooms/facts/due.hpp"

namespace billing::invoices {

enum class InvoiceKind : std::uint8_t { subscription, one_off };
using billing::to_text;  // beside the one below
std::string_view to_text(InvoiceKind kind);
std::optional<InvoiceKind> parse_invoice_kind(std::string_view text);

struct Invoice {
  InvoiceId id;
  std::string number;  // empty until its transaction has committed: it is given then (db/migrations/0001_billing.sql)
  UserId user_id;
  Period period;
  InvoiceKind kind;
  Money amount;
  std::int64_t credited_cents;      // taken off what was due by credit notes
  std::int64_t from_balance_cents;  // paid from the balance
  std::int64_t paid_cents;          // by payments
  std::int64_t due_cents;           // still to be paid
  InvoiceStatus status;
  Collection collection;
  std::optional<Instant> next_attempt_at;
  std::string usage_json;  // {"api_calls":120000}
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> paid_at;
  std::optional<Instant> voided_at;
  std::int64_t tax_cents = 0;
  std::int64_t discount_cents = 0;  // for information
  std::string taxes_json;           // as the API shows them: what was true when it was made
  std::string buyer_json;
  std::string seller_json;
  std::optional<Date> due_on = {};  // the last day on which it is not overdue; nullopt: it is charged by itself
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
  bool tax_inclusive = false;      // the amount holds its tax
  std::int64_t tax_cents = 0;      // its share of the invoice's
  std::int64_t discount_cents = 0;
  std::int64_t credited_cents;  // by credit notes of any kind
  std::string description;
  std::string explanation_json;
};

Task<std::optional<Invoice>> find_invoice(pg::Session& db, InvoiceId id);
/// Those of the ids that there are, in no order.
Task<std::vector<Invoice>> find_invoices(pg::Session& db, const std::vector<InvoiceId>& ids);

struct InvoiceFilter {
  std::optional<std::string> number;
  std::optional<UserId> user;
  std::optional<InvoiceStatus> status;
  std::optional<Collection> collection;
  std::optional<Date> from;  // from ≤ period_start < to
  std::optional<Date> to;
  std::optional<bool> overdue;
  Date today;  // on which they are overdue or not
};
/// Newest first.
Task<std::vector<Invoice>> find_invoices(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);
/// What the invoices of a filter come to, in one currency. Sums as decimal text: they may not fit 64 bits.
struct Total {
  std::string currency;
  std::int64_t count = 0;
  std::string amount_cents;  // of those that are not void
  std::string due_cents;
};
/// By currency, of no more than `most` invoices of a filter.
Task<std::vector<Total>> find_totals(pg::Session& db, const InvoiceFilter& filter, std::int64_t most);
/// A line without its explanation, with what there is to know of its invoice.
struct ListedLine {
  InvoiceLine line;
  InvoiceId invoice_id;
  std::string number;
  UserId user_id;
  InvoiceStatus status;
  Currency currency;
  Instant created_at;
};
/// The lines of the invoices that the filter leaves, newest invoice first, each in its order. `after` is a line's id.
Task<std::vector<ListedLine>> find_lines(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);
/// What a generate for the user answers with: the invoice that it made; or, with nothing to bill, the last one that is not void: by period of kind
/// subscription, else the last one_off.
struct Shown {
  UserId user;
  std::optional<InvoiceId> made;
};
Task<std::vector<std::optional<Invoice>>> find_shown(pg::Session& db, const std::vector<Shown>& asked);
/// In the invoice's order.
Task<std::vector<InvoiceLine>> find_lines(pg::Session& db, InvoiceId id);
/// Of each of the invoices, in its order.
Task<std::map<InvoiceId, std::vector<InvoiceLine>>> find_lines(pg::Session& db, const std::vector<InvoiceId>& ids);

/// Makes an open invoice void and gives its lines back to "not billed".
void mark_void(pg::Transaction& tx, const Context& context, const Invoice& invoice, const std::vector<InvoiceLine>& lines);

/// Past-due subscriptions with lines on these invoices that no other uncollected or overdue invoice holds back.
Task<std::vector<facts::OwnedSubscription>> subscriptions_freed_by(pg::Session& tx, const std::vector<InvoiceId>& invoices);

/// Of these invoices, which are paid from now on, some may have held something back: their users' subscriptions are due at once, for that to be billed.
Task<void> bill_what_waited(pg::Transaction& tx, const Context& context, const std::vector<InvoiceId>& ids);

}  // namespace billing::invoices
