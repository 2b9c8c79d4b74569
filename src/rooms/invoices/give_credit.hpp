#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::invoices {

/// A goodwill note that is asked for: all that is left of the invoice, an amount spread over it, or amounts for lines.
struct CreditWish {
  UserId user_id;
  InvoiceId invoice_id;
  std::optional<std::int64_t> amount;  // minor units, as the lines are
  std::vector<std::pair<InvoiceLineId, std::int64_t>> lines;
  std::string reason;
  std::optional<std::string> memo;
  bool refund = false;  // what is beyond what is due goes back to the card as far as it can, the rest to the balance
};

/// Makes the note: first off what is due on the invoice; then back to the card, where that is wished for; the rest is the user's balance, and pays open
/// invoices at once. It stays billed. Refusal 404 for an
/// invoice that the user does not have, 409 for a void one or where nothing is left, 422 beyond what is left.
Task<CreditNoteId> give_credit(Context& context, CreditWish wish);

}  // namespace billing::invoices
