#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/collecting/refunds.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "rooms/context.hpp"

namespace billing::credit_notes {

enum class Kind : std::uint8_t { correction, goodwill };
using billing::to_text;  // beside the one below
std::string_view to_text(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

/// A line of a note: what it takes off a line of its invoice.
struct NewLine {
  InvoiceLineId line;
  Money amount;                                 // > 0
  std::optional<std::string> explanation_json;  // of a correction: what its item owes now
  std::int64_t tax = 0;                         // its share of the note's, minor units
};
/// A note about to be written. amount = Σ lines and exclusive tax = applied + refunded + to_balance.
struct NewNote {
  CreditNoteId id;
  Kind kind;
  InvoiceId invoice_id;
  UserId user_id;
  std::string reason;
  std::optional<std::string> memo;
  Money applied;     // off what was due on the invoice
  Money refunded;    // back to the card: the sum of its refunds
  Money to_balance;  // the rest
  std::vector<NewLine> lines;
  Money tax;
  std::string taxes_json = "[]";  // as the invoice's
  std::string buyer_json = "{}";
};
inline constexpr std::string_view goodwill_reasons[] = {"goodwill", "duplicate", "product_unsatisfactory", "uncollectible", "other"};
/// With their lines and audit events; what lines of invoices have left falls. The commit numbers them.
void insert_notes(pg::Transaction& tx, const Context& context, const std::vector<NewNote>& notes);

/// A note's refunds, one a payment that it gives back of, together.
struct RefundOfNote {
  RefundId id;  // of the first
  Money amount;
  Money failed;  // of it: what became balance
  PaymentStatus status;
};

struct CreditNote {
  CreditNoteId id;
  std::string number;
  Kind kind;
  InvoiceId invoice_id;
  UserId user_id;
  Money amount;
  Money applied;
  Money to_balance;
  std::string reason;
  std::optional<std::string> memo;
  Instant created_at;
  Money tax;
  std::string taxes_json;
  std::string buyer_json;
  std::string seller_json;
  std::optional<RefundOfNote> refund;
};
struct Line {
  std::string id;
  InvoiceLineId line_id;
  std::string description;  // of the line that it credits
  std::int64_t amount_cents;
  std::optional<std::string> explanation_json;
  std::int64_t tax_cents;
};

struct Filter {
  std::optional<UserId> user;
  std::optional<InvoiceId> invoice;
};
/// Newest first.
Task<std::vector<CreditNote>> find_notes(pg::Session& db, const Filter& filter, std::optional<std::string> after, std::int64_t limit);
Task<std::optional<CreditNote>> find_note(pg::Session& db, CreditNoteId id);
/// Those of the ids that there are, in no order.
Task<std::vector<CreditNote>> find_notes(pg::Session& db, const std::vector<CreditNoteId>& ids);
/// In the note's order.
Task<std::vector<Line>> find_lines(pg::Session& db, CreditNoteId id);

}  // namespace billing::credit_notes
