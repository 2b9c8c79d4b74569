#include "rooms/invoices/give_credit.hpp"

#include <algorithm>

#include "core/balance/left.hpp"
#include "core/balance/settle.hpp"
#include "core/tax/tax.hpp"
#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/invoices/follow_payment.hpp"
#include "rooms/invoices/run/documents.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/invoices/taxes_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

constexpr pg::Statement select_invoice{R"(
  SELECT user_id, currency, status, due_cents, taxes, noted_exclusive_cents, noted_inclusive_cents FROM invoices WHERE id = $1 FOR NO KEY UPDATE)"};
// What is left of each line's key, over all invoices that are not void.
constexpr pg::Statement select_lines{R"(
  SELECT l.id, l.amount_cents, l.credited_cents, l.tax_inclusive,
         (SELECT sum(k.amount_cents - k.credited_cents) FROM invoice_lines k
          WHERE k.item = l.item AND NOT k.voided AND k.user_id = l.user_id
            AND ((k.subscription_id = l.subscription_id AND k.period_start = l.period_start) OR (l.subscription_id IS NULL AND k.subscription_id IS NULL)))
  FROM invoice_lines l WHERE l.invoice_id = $1 ORDER BY l.position)"};

struct Line {
  InvoiceLineId id;
  Money left;
  bool inclusive;
  Money wanted;
};

struct Target {
  Currency currency;
  Money due;
  std::vector<RateTax> taxes;
  Credited credited;
  std::vector<Line> lines;
};

Task<Target> load(pg::Transaction& tx, const CreditWish& wish) {
  const auto rows = co_await tx.query(select_invoice, pg::Params{}.add(wish.invoice_id.text()));
  if (rows.empty() || rows[0].as<UserId>(0) != wish.user_id) {
    throw not_found("The user has no invoice " + wish.invoice_id.text() + ".");
  }
  const auto invoice = rows[0];
  if (invoice.text(2) == "void") throw conflict("invoice_void", "The invoice is void: there is nothing to credit.");
  const auto currency = invoice.as<Currency>(1);
  Target target{
      currency, {invoice.integer(3), currency}, parse_taxes(invoice.text(4), currency), {invoice.integer(5), invoice.integer(6)}, {}};
  for (const auto row : co_await tx.query(select_lines, pg::Params{}.add(wish.invoice_id.text()))) {
    const CreditableLine line{{row.integer(1), currency}, {row.integer(2), currency}, {row.integer(4), currency}};
    target.lines.push_back({row.as<InvoiceLineId>(0), left_of(line), row.boolean(3), Money{0, currency}});
  }
  co_return target;
}

Refusal beyond(const std::string& pointer, Money left) {
  return unacceptable(pointer, "is more than is left: " + major_text(left) + " " + std::string{left.currency().code()});
}

/// What the wish takes off each line.
void share_out(Target& target, const CreditWish& wish) {
  std::vector<Money> left;
  Money whole{0, target.currency};
  for (const auto& line : target.lines) {
    left.push_back(line.left);
    whole = whole + line.left;
  }
  if (whole.is_zero()) throw conflict("nothing_left", "Nothing is left of the invoice that could be credited.");
  if (wish.lines.empty()) {
    const Money amount{wish.amount.value_or(whole.minor()), target.currency};
    const auto parts = spread(amount, left);
    if (!parts) throw beyond("/amount_cents", whole);
    for (std::size_t i = 0; i < parts->size(); ++i) target.lines[i].wanted = Money{(*parts)[i], target.currency};
    return;
  }
  for (std::size_t i = 0; i < wish.lines.size(); ++i) {
    const auto pointer = "/lines/" + std::to_string(i);
    const auto found = std::ranges::find(target.lines, wish.lines[i].first, &Line::id);
    if (found == target.lines.end()) throw unacceptable(pointer + "/line_id", "is not a line of the invoice");
    if (!found->wanted.is_zero()) throw unacceptable(pointer + "/line_id", "is named twice");
    found->wanted = Money{wish.lines[i].second, target.currency};
    if (found->wanted > found->left) throw beyond(pointer + "/amount_cents", found->left);
  }
}

credit_notes::NewNote note_of(const CreditWish& wish, const Target& target, const std::string& buyer_json) {
  const Money none{0, target.currency};
  credit_notes::NewNote note{.id = CreditNoteId{new_uuid7()},
                             .kind = credit_notes::Kind::goodwill,
                             .invoice_id = wish.invoice_id,
                             .user_id = wish.user_id,
                             .reason = wish.reason,
                             .memo = wish.memo,
                             .applied = none,
                             .refunded = none,
                             .to_balance = none,
                             .lines = {},
                             .tax = none};
  std::vector<TaxableLine> taxable;
  for (const auto& line : target.lines) {
    if (!line.wanted.is_zero()) taxable.push_back({line.wanted, line.inclusive});
  }
  const auto tax = note_tax(taxable, target.credited, target.taxes, target.currency);
  for (const auto& line : target.lines) {
    if (!line.wanted.is_zero()) note.lines.push_back({line.id, line.wanted, {}, tax.lines.at(note.lines.size())});
  }
  note.to_balance = tax.total;  // until it is settled
  note.tax = tax.tax;
  note.taxes_json = taxes_json(tax.taxes);
  note.buyer_json = buyer_json;
  return note;
}

constexpr pg::Statement select_open{R"(
  SELECT i.id, i.currency, i.due_cents, EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending')
  FROM invoices i WHERE i.user_id = $1 AND i.status = 'open' ORDER BY i.id)"};

Task<std::vector<Payable>> open_invoices(pg::Transaction& tx, UserId user) {
  std::vector<Payable> open;
  for (const auto row : co_await tx.query(select_open, pg::Params{}.add(user.text()))) {
    open.push_back({row.as<InvoiceId>(0), Money{row.integer(2), row.as<Currency>(1)}, false, row.boolean(3)});
  }
  co_return open;
}

/// The note with where its total goes, and what the user's balance pays then.
Task<Documents> settled(pg::Transaction& tx, const CreditWish& wish, credit_notes::NewNote note, Instant now) {
  const auto open = co_await open_invoices(tx, wish.user_id);
  std::vector<UsableGrant> usable;
  auto found = co_await grants::find_usable(tx, {wish.user_id});
  for (const auto& grant : found[wish.user_id]) {
    usable.push_back({grant.id, {grant.left(), grant.amount.currency()}, grant.expires_on});
  }
  const GrantId grant{new_uuid7()};
  std::vector<refunds::Refundable> refundable;
  if (wish.refund) refundable = (co_await refunds::refundable_of(tx, {note.invoice_id}))[note.invoice_id];
  const NoteTotal total{note.id, note.invoice_id, note.to_balance, grant, refunds::refundable_in_all(refundable)};
  const auto settlement = settle(open, std::move(usable), {total}, date_of(now));
  const auto split = settlement.notes.at(note.id);
  note.applied = split.applied;
  note.refunded = split.refunded;
  note.to_balance = split.rest;
  Documents documents;
  documents.refunds = refunds::refunds_of(note.id, note.invoice_id, wish.user_id, split.refunded, refundable);
  if (!split.rest.is_zero()) documents.grants.push_back(grant_of(note, grant, now));
  for (const auto& use : settlement.uses) documents.uses.push_back({use.grant, use.invoice, use.amount});
  for (const auto& invoice : open) {
    Reduction reduction{.id = invoice.id, .user_id = wish.user_id, .pays = settlement.due.at(invoice.id).is_zero()};
    if (invoice.id == note.invoice_id) reduction.credited = note.applied.minor();
    for (const auto& use : settlement.uses) reduction.from_balance += use.invoice == invoice.id ? use.amount : 0;
    if (reduction.credited > 0 || reduction.from_balance > 0) documents.reductions.push_back(reduction);
  }
  documents.notes.push_back(std::move(note));
  co_return documents;
}

}  // namespace

Task<CreditNoteId> give_credit(Context& context, CreditWish wish) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {wish.user_id});
  auto target = co_await load(tx, wish);
  share_out(target, wish);
  auto billed = users::read_billed((co_await tx.query_all({users::billed_query({wish.user_id})})).front());
  const auto documents = co_await settled(tx, wish, note_of(wish, target, users::buyer_json(billed.at(wish.user_id))), context.clock.now());
  const auto id = documents.notes.front().id;
  co_await follow_payment(tx, context, documents.reductions);
  send_documents(tx, context, documents);
  co_await tx.commit();
  co_return id;
}

}  // namespace billing::invoices
