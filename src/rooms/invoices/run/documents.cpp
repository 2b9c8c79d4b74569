#include "rooms/invoices/run/documents.hpp"

#include <algorithm>
#include <iterator>

#include "core/collecting/due.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/invoices/taxes_json.hpp"

namespace billing::invoices {
namespace {

using credit_notes::NewNote;

template <class T>
void move_into(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<Payable> payables_of(const UserFacts& user, const std::vector<NewInvoice>& made) {
  std::vector<Payable> payables;
  for (const auto& invoice : user.books) {
    if (invoice.is_open) payables.push_back({invoice.id, invoice.due, false, user.attempted.contains(invoice.id)});
  }
  for (const auto& invoice : made) payables.push_back({invoice.id, invoice.due, true, false});
  return payables;
}

std::vector<UsableGrant> usable_grants(const UserFacts& user) {
  std::vector<UsableGrant> usable;
  for (const auto& grant : user.grants) usable.push_back({grant.id, {grant.left(), grant.amount.currency()}, grant.expires_on});
  return usable;
}

/// What of a note may go back to the card: as much of it as is to, as far as the invoice's payments reach.
std::int64_t refundable_of(const UserFacts& user, const NoteToMake& draft) {
  const auto found = user.refundable.find(draft.invoice);
  if (found == user.refundable.end()) return 0;
  return std::min(draft.refund.minor(), refunds::refundable_in_all(found->second));
}

NewNote note_of(const UserFacts& user, const NoteToMake& draft, CreditNoteId id, const NoteSplit& split) {
  NewNote note{.id = id,
               .kind = credit_notes::Kind::correction,
               .invoice_id = draft.invoice,
               .user_id = user.id,
               .reason = "correction",
               .memo = {},
               .applied = split.applied,
               .refunded = split.refunded,
               .to_balance = split.rest,
               .lines = {},
               .tax = draft.tax.tax,
               .taxes_json = taxes_json(draft.tax.taxes),
               .buyer_json = users::buyer_json(user.billed)};
  for (std::size_t i = 0; i < draft.lines.size(); ++i) {
    const auto& line = draft.lines[i];
    note.lines.push_back({line.line, line.amount, explanation_json(line.owed), draft.tax.lines.at(i)});
  }
  return note;
}

std::vector<Reduction> reductions_of(const UserFacts& user, const Settlement& settlement, const std::vector<NewNote>& notes) {
  std::vector<Reduction> reductions;
  for (const auto& invoice : user.books) {
    if (!invoice.is_open) continue;
    Reduction reduction{.id = invoice.id, .user_id = user.id, .pays = settlement.due.at(invoice.id).is_zero()};
    for (const auto& note : notes) {
      if (note.invoice_id == invoice.id) reduction.credited += note.applied.minor();
    }
    for (const auto& use : settlement.uses) {
      if (use.invoice == invoice.id) reduction.from_balance += use.amount;
    }
    if (reduction.credited > 0 || reduction.from_balance > 0) reductions.push_back(reduction);
  }
  return reductions;
}

}  // namespace

grants::Grant grant_of(const NewNote& note, GrantId id, Instant now) {
  return {.id = id,
          .user_id = note.user_id,
          .amount = note.to_balance,
          .expires_on = {},
          .source = grants::GrantSource::credit_note,
          .credit_note = note.id,
          .reason = {},
          .ended_at = {},
          .created_at = now};
}

void Documents::append(Documents other) {
  move_into(invoices, other.invoices);
  move_into(notes, other.notes);
  move_into(refunds, other.refunds);
  move_into(grants, other.grants);
  move_into(uses, other.uses);
  move_into(reductions, other.reductions);
  move_into(waiting, other.waiting);
}

Documents settled_documents(const UserFacts& user, DocumentsToMake made, Date today, Instant now) {
  Documents documents;
  documents.waiting = std::move(made.waiting);
  for (auto& draft : made.invoices) {
    const Money amount = draft.total();
    documents.invoices.push_back({InvoiceId{new_uuid7()}, user.id, std::move(draft), Money{0, amount.currency()}, amount,
                                  due_on(today, users::net_days(user.billed)), users::buyer_json(user.billed)});
  }
  std::vector<NoteTotal> totals;
  for (const auto& draft : made.notes) {
    totals.push_back({CreditNoteId{new_uuid7()}, draft.invoice, draft.total(), GrantId{new_uuid7()}, refundable_of(user, draft)});
  }
  const auto settlement = settle(payables_of(user, documents.invoices), usable_grants(user), totals, today);
  for (std::size_t i = 0; i < totals.size(); ++i) {
    documents.notes.push_back(note_of(user, made.notes[i], totals[i].id, settlement.notes.at(totals[i].id)));
    const auto& note = documents.notes.back();
    if (!note.to_balance.is_zero()) documents.grants.push_back(grant_of(note, totals[i].grant, now));
    if (note.refunded.is_zero()) continue;
    auto refunds = refunds::refunds_of(note.id, note.invoice_id, user.id, note.refunded, user.refundable.at(note.invoice_id));
    move_into(documents.refunds, refunds);
  }
  for (auto& invoice : documents.invoices) {
    invoice.due = settlement.due.at(invoice.id);
    invoice.from_balance = invoice.draft.total() - invoice.due;
  }
  for (const auto& use : settlement.uses) documents.uses.push_back({use.grant, use.invoice, use.amount});
  documents.reductions = reductions_of(user, settlement, documents.notes);
  return documents;
}

}  // namespace billing::invoices
