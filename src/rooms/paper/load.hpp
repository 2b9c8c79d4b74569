#pragma once

#include "rooms/credit_notes/store.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/paper/paper.hpp"
#include "rooms/payments/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::paper {

/// All that is stored of an invoice.
struct InvoiceParts {
  invoices::Invoice invoice;
  std::vector<invoices::InvoiceLine> lines;
  std::vector<payments::Payment> payments;
  std::vector<credit_notes::CreditNote> notes;
  users::User user;
};
Paper paper_of(const InvoiceParts& parts);

/// The invoice with its logo, as it is stored now; nullopt where there is none.
Task<std::optional<Paper>> load_invoice(pg::Session& db, InvoiceId id);

struct CreditNoteParts {
  credit_notes::CreditNote note;
  std::vector<credit_notes::Line> lines;
  invoices::Invoice invoice;
  users::User user;
};
Paper paper_of(const CreditNoteParts& parts);

}  // namespace billing::paper
