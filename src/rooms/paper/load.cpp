#include "rooms/paper/load.hpp"

#include <algorithm>

#include "rooms/paper/explain.hpp"
#include "rooms/paper/logo.hpp"
#include "rooms/paper/stored.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {
namespace {

State state_of(InvoiceStatus status) {
  switch (status) {
    case InvoiceStatus::open: return State::open;
    case InvoiceStatus::paid: return State::paid;
    case InvoiceStatus::void_: return State::voided;
  }
  return State::open;
}

Party party_of(const users::User& user) { return {.name = {}, .address = {}, .tax_id = {}, .email = user.email}; }

/// Who bought and sold, and the taxes, as the document keeps them, where it does; else the buyer is the user as it is.
template <class Document>
void add_stored(Paper& paper, const Document& document, const users::User& user) {
  paper.buyer = party_of(user);
  if constexpr (requires { document.buyer_json; }) {
    if (auto buyer = stored_party(document.buyer_json); !buyer.email.empty() || !buyer.name.empty()) paper.buyer = std::move(buyer);
    paper.seller = stored_party(document.seller_json);
    paper.footer = stored_footer(document.seller_json);
    paper.taxes = stored_taxes(document.taxes_json);
    if (const auto reason = no_tax_reason(document.buyer_json); paper.taxes.empty() && !reason.empty()) paper.notes.emplace_back(reason);
  }
  if constexpr (requires { document.tax_cents; }) paper.subtotal_cents = paper.total_cents - document.tax_cents;
  if constexpr (requires { document.tax.minor(); }) paper.subtotal_cents = paper.total_cents - document.tax.minor();
  if constexpr (requires { document.discount_cents; }) paper.discount_cents = document.discount_cents;
  if constexpr (requires { document.due_on; }) paper.due_on = document.due_on;
}

/// What came off the total. What was read beside the invoice may be newer than it: where it does not add up to what the invoice says, that is said in one.
void add_settled(Paper& paper, std::vector<Settlement> parts, std::string_view in_one, std::int64_t sum) {
  for (const auto& part : parts) sum -= part.amount_cents;
  if (sum == 0) {
    std::ranges::move(parts, std::back_inserter(paper.settled));
    return;
  }
  for (const auto& part : parts) sum += part.amount_cents;
  if (sum != 0) paper.settled.push_back({std::string{in_one}, sum});
}

Date paid_on(const payments::Payment& payment) { return payment.received_on.value_or(date_of(payment.updated_at)); }

void add_settlements(Paper& paper, const InvoiceParts& parts, const Words& words) {
  std::vector<Settlement> credited, paid;
  for (const auto& note : parts.notes) {
    if (!note.applied.is_zero()) credited.push_back({"Credit note " + note.number, note.applied.minor()});
  }
  for (const auto& payment : parts.payments) {
    if (payment.status != PaymentStatus::succeeded || payment.kind == PaymentKind::refund) continue;
    if (const auto pays = payment.amount.minor() - payment.overpaid; pays > 0)
      paid.push_back({"Paid on " + day_text(paid_on(payment), words), pays});
  }
  std::ranges::reverse(credited);  // oldest first
  std::ranges::reverse(paid);
  add_settled(paper, std::move(credited), "Credit notes", parts.invoice.credited_cents);
  add_settled(paper, {}, "Paid from balance", parts.invoice.from_balance_cents);
  add_settled(paper, std::move(paid), "Payments", parts.invoice.paid_cents);
}

/// How it was or is to be paid, in sentences.
std::vector<std::string> payment_notes(const InvoiceParts& parts, const Words& words) {
  const auto& invoice = parts.invoice;
  std::vector<std::string> notes;
  if (invoice.status == InvoiceStatus::void_) {
    notes.push_back("This invoice was made void" +
                    (invoice.voided_at ? " on " + day_text(date_of(*invoice.voided_at), words) : std::string{}) +
                    ". It is not to be paid.");
    return notes;
  }
  for (const auto& payment : parts.payments) {
    if (payment.status != PaymentStatus::succeeded) continue;
    const auto* did = payment.kind == PaymentKind::refund ? " refunded on " : " paid on ";
    notes.push_back(
        price_text(payment.amount.minor(), payment.amount.currency()) + did + day_text(paid_on(payment), words) +
        (payment.provider_reference ? ", reference " + *payment.provider_reference : std::string{}) +
        (payment.overpaid > 0 ? ", of which " + price_text(payment.overpaid, payment.amount.currency()) + " went to your balance" : "") +
        ".");
  }
  std::ranges::reverse(notes);
  if (invoice.status != InvoiceStatus::open) return notes;
  if (invoice.due_on) {
    notes.push_back("Please pay the amount due by " + day_text(*invoice.due_on, words) + ", naming invoice " + invoice.number + ".");
  } else if (invoice.collection == Collection::uncollected) {
    notes.emplace_back("The amount due could not be collected. Please pay it, or give us another payment method.");
  } else {
    notes.emplace_back("The amount due is charged to your payment method automatically.");
  }
  return notes;
}

std::string_view reason_text(std::string_view reason) {
  static constexpr std::pair<std::string_view, std::string_view> reasons[] = {
      {"correction", "What was billed has been corrected."},
      {"goodwill", "Goodwill."},
      {"duplicate", "Billed twice."},
      {"product_unsatisfactory", "The product was not satisfactory."},
      {"uncollectible", "The amount is not collected."},
  };
  const auto* found = std::ranges::find(reasons, reason, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(reasons) ? std::string_view{} : found->second;
}

}  // namespace

Paper paper_of(const InvoiceParts& parts) {
  const auto& words = words_of("en");
  const auto& invoice = parts.invoice;
  const auto currency = invoice.amount.currency();
  Paper paper{.kind = Kind::invoice,
              .state = state_of(invoice.status),
              .number = invoice.number,
              .created = invoice.created_at,
              .currency = currency,
              .total_cents = invoice.amount.minor()};
  paper.period = invoice.period;
  if (invoice.paid_at) paper.paid_on = date_of(*invoice.paid_at);
  for (const auto& line : parts.lines) {
    paper.lines.push_back({line.description, explained(line.explanation_json, currency), line.quantity, line.amount_cents});
  }
  paper.due_cents = invoice.due_cents;
  add_settlements(paper, parts, words);
  paper.notes = payment_notes(parts, words);
  add_stored(paper, invoice, parts.user);
  return paper;
}

Paper paper_of(const CreditNoteParts& parts) {
  const auto& note = parts.note;
  const auto currency = note.amount.currency();
  Paper paper{.kind = Kind::credit_note,
              .state = State::issued,
              .number = note.number,
              .created = note.created_at,
              .currency = currency,
              .total_cents = note.amount.minor()};
  paper.invoice_number = parts.invoice.number;
  for (const auto& line : parts.lines) {
    paper.lines.push_back({line.description,
                           line.explanation_json ? explained(*line.explanation_json, currency) : std::vector<std::string>{},
                           {},
                           line.amount_cents});
  }
  if (!note.applied.is_zero()) paper.settled.push_back({"Taken off invoice " + parts.invoice.number, note.applied.minor()});
  if (const auto& refund = note.refund) {
    const auto to_card = refund->amount - refund->failed;
    if (!to_card.is_zero()) paper.settled.push_back({"Refunded to the card", to_card.minor()});
    if (!refund->failed.is_zero()) paper.settled.push_back({"Added to your balance, since the refund failed", refund->failed.minor()});
  }
  if (!note.to_balance.is_zero()) paper.settled.push_back({"Added to your balance", note.to_balance.minor()});
  if (const auto reason = reason_text(note.reason); !reason.empty()) paper.notes.emplace_back(reason);
  if (note.memo) paper.notes.push_back(*note.memo);
  add_stored(paper, note, parts.user);
  return paper;
}

namespace {
/// A note of these at most is named on its invoice; of more only the sum.
constexpr std::int64_t most_notes = 100;
}  // namespace

Task<std::optional<Paper>> load_invoice(pg::Session& db, InvoiceId id) {
  auto invoice = co_await invoices::find_invoice(db, id);
  if (!invoice) co_return std::nullopt;
  const auto user = invoice->user_id;
  const InvoiceParts parts{.invoice = *std::move(invoice),
                           .lines = co_await invoices::find_lines(db, id),
                           .payments = co_await payments::payments_of(db, id),
                           .notes = co_await credit_notes::find_notes(db, {.user = {}, .invoice = id}, {}, most_notes),
                           .user = co_await users::require_user(db, user)};
  auto paper = paper_of(parts);
  paper.logo = co_await logo_of(db, id);
  co_return paper;
}

}  // namespace billing::paper
