#pragma once

#include "rooms/grants/store.hpp"

namespace billing::invoices {

/// Writes a grant, and lets it pay the user's open invoices, oldest first, none with a payment attempt under way.
Task<void> apply_grant(Context& context, const grants::Grant& grant);
/// The same within the caller's transaction, under the user's lock.
Task<void> apply_grant(pg::Transaction& tx, const Context& context, const grants::Grant& grant);

}  // namespace billing::invoices
