#pragma once

#include <vector>

#include "rooms/grants/store.hpp"

namespace billing::invoices {

/// Writes a grant, and lets it pay the user's open invoices, oldest first, none with a payment attempt under way.
Task<void> apply_grant(Context& context, const grants::Grant& grant);
/// The same within the caller's transaction, under the user's lock.
Task<void> apply_grant(pg::Transaction& tx, const Context& context, const grants::Grant& grant);
/// Before these invoices are attempted: lets the balance of their users pay open invoices. It came while an attempt was under way, or back from a
/// void. Those that are paid by it.
Task<std::vector<InvoiceId>> apply_balances(Context& context, const std::vector<InvoiceId>& ids);

}  // namespace billing::invoices
