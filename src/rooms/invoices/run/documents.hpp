#pragma once

#include <string>
#include <vector>

#include "core/balance/settle.hpp"
#include "core/documents/documents.hpp"
#include "rooms/context.hpp"
#include "rooms/credit_notes/store.hpp"
#include "rooms/grants/store.hpp"
#include "rooms/invoices/run/user_facts.hpp"
#include "rooms/refunds/store.hpp"

namespace billing::invoices {

/// An invoice about to be written.
struct NewInvoice {
  InvoiceId id;
  UserId user_id;
  InvoiceToMake draft;
  Money from_balance;
  Money due;  // nothing due: it is paid at once
  std::optional<Date> due_on;  // nullopt: it is charged by itself
  std::string buyer_json = "{}";
};

/// What notes and grants take off an open invoice.
struct Reduction {
  InvoiceId id;
  UserId user_id;
  std::int64_t credited = 0;      // minor units
  std::int64_t from_balance = 0;
  bool pays = false;  // nothing is due any more
};

/// The documents of a run, and where their money goes: nothing of it is written yet.
struct Documents {
  std::vector<NewInvoice> invoices;
  std::vector<credit_notes::NewNote> notes;
  std::vector<refunds::NewRefund> refunds;  // of the notes
  std::vector<grants::Grant> grants;
  std::vector<grants::Use> uses;
  std::vector<Reduction> reductions;
  std::vector<Waiting> waiting;

  void append(Documents other);
};

/// What a note leaves for the balance.
grants::Grant grant_of(const credit_notes::NewNote& note, GrantId id, Instant now);

/// Gives them ids, and settles them with what is due and the balance of the user. Pure but for the new ids.
Documents settled_documents(const UserFacts& user, DocumentsToMake made, Date today, Instant now);

/// Writes them with their audit events. The commit numbers them.
void send_documents(pg::Transaction& tx, const Context& context, const Documents& documents);

}  // namespace billing::invoices
