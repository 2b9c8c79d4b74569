#pragma once

#include <vector>

#include "rooms/invoices/run/documents.hpp"

namespace billing::invoices {

/// Invoices that are about to be paid make way: for subscriptions that were past due because of them, and for what waited beside them.
Task<void> follow_payment(pg::Transaction& tx, const Context& context, const std::vector<InvoiceId>& paid);
/// Those that notes or grants pay.
Task<void> follow_payment(pg::Transaction& tx, const Context& context, const std::vector<Reduction>& reductions);

}  // namespace billing::invoices
