#pragma once

#include "rooms/invoices/store.hpp"

namespace billing::invoices {

/// Refusal 404 for an unknown invoice of that user; 409 when it is not open, or a payment attempt is running or of unknown outcome.
Task<Invoice> void_invoice(Context& context, UserId user_id, InvoiceId invoice_id);

}  // namespace billing::invoices
