#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/collecting/payment.hpp"
#include "rooms/payments/attempt/attempt.hpp"

namespace billing::payments {

struct NotDue {};          // paid, void, not due yet, or nobody's any more: a ring too many
struct AttemptRunning {};  // another process is at it, and alive as far as anybody knows
struct PaidByBalance {};   // nothing was left to charge
using AttemptResult = std::variant<NotDue, AttemptRunning, PaidByBalance, Outcome>;

/// The scheduled attempts of those of the invoices that are due: the rows are committed as pending, then the provider is called with their
/// keys, for all at the same time, then the outcomes are committed. A crash in between leaves the pending rows, whose next attempts
/// ask with the same keys: one charge.
Task<void> attempt_payments(Context& context, const Collecting& collecting, std::vector<InvoiceId> ids);

/// Asks what became of attempts of these invoices that have not ended, whenever they would be asked about: for whoever has heard of them. Begins none.
Task<void> ask_about_attempts(Context& context, const Collecting& collecting, std::vector<InvoiceId> ids);

/// An attempt by hand: at any time while the invoice is open, and it uses up no retry. `request_key` (of the Idempotency-Key, if any)
/// makes the repetition of a request that died find its own payment. NotDue: the invoice is not open.
Task<AttemptResult> pay_by_hand(Context& context, const Collecting& collecting, InvoiceId id, std::optional<std::string> request_key);

/// How the attempt keys of payments by hand begin whose request carried that Idempotency-Key (empty: none).
std::string manual_attempt_prefix(InvoiceId id, const std::string& request_key);

}  // namespace billing::payments
