#include "rooms/payments/attempt/resolve.hpp"

#include <algorithm>

#include "platform/runtime/refusal.hpp"
#include "rooms/payments/attempt_payment.hpp"
#include "rooms/payments/send_refunds.hpp"

namespace billing::payments {
namespace {

Refusal not_pending(const Payment& payment) {
  return conflict("not_pending", "The payment has ended: it has " + std::string{to_text(payment.status)} + ".");
}

Refusal is_running() {
  return conflict("attempt_running", "The provider is being asked about this payment right now: look again in a moment.");
}

/// The attempt as it is, under the locks of its user and invoice, which end with this: whoever ends it looks again whether it is pending.
Task<Attempt> find_attempt(Context& context, const Payment& payment) {
  auto tx = co_await context.db.begin();
  const auto payables = co_await lock_payables(tx, {payment.invoice_id});
  co_await tx.end_unchanged();
  if (payables.empty()) throw not_pending(payment);
  const auto& invoice = payables.front();
  const auto found = std::ranges::find(invoice.attempts, payment.id, &Payment::id);
  if (found == invoice.attempts.end() || found->status != PaymentStatus::pending) throw not_pending(payment);
  // Of an invoice that is not open the claim is when it is asked about next.
  const bool waits = invoice.status != InvoiceStatus::open && found->failure_code;
  if (!waits && found->claimed_until && *found->claimed_until > invoice.looked_at && !found->abandoned) throw is_running();
  co_return Attempt{.invoice = invoice, .payment = *found, .again = true};
}

/// Nothing comes of its link any more.
Task<void> cancel(Context& context, const Collecting& collecting, const Attempt& attempt) {
  auto* provider = collecting.providers.find(attempt.payment.provider);
  if (!provider) co_return;
  const auto found = co_await provider->cancel(request_of(attempt));
  if (!std::holds_alternative<providers::Paid>(found)) co_return;
  co_await ask_about_attempts(context, collecting, {attempt.payment.invoice_id});
  throw conflict("not_failed", "The provider says that the customer has paid meanwhile.");
}

Task<void> end_attempt(Context& context, const Collecting& collecting, const Payment& payment, const Resolution& resolution) {
  auto attempt = co_await find_attempt(context, payment);
  const bool failed = resolution.status == PaymentStatus::failed;
  if (failed && attempt.payment.failure_code == "action_required") co_await cancel(context, collecting, attempt);
  if (failed) {
    attempt.outcome = providers::Declined{"ended_by_hand", Decline::soft, {}};
  } else {
    attempt.outcome = providers::Paid{};
  }
  attempt.resolution = resolution.reason;
  co_await finish_attempts(context, collecting, {attempt});
}

Task<void> end_of_refund(Context& context, const Payment& payment, const Resolution& resolution) {
  const auto id = RefundId::parse(payment.id.text());
  const auto refund = co_await refunds::find_unclaimed(context.db, id.value());
  if (!refund) throw is_running();
  providers::RefundOutcome outcome = providers::Refunded{};
  if (resolution.status == PaymentStatus::failed) outcome = providers::RefundFailed{"ended_by_hand", {}};
  co_await end_refund(context, *refund, std::move(outcome), resolution.reason);
}

}  // namespace

Task<Payment> resolve_payment(Context& context, const Collecting& collecting, PaymentId id, Resolution resolution) {
  const auto payment = co_await find_payment(context.db, id);
  if (!payment) throw not_found("There is no payment " + id.text() + ".");
  if (payment->status != PaymentStatus::pending) throw not_pending(*payment);
  if (payment->kind == PaymentKind::refund) {
    co_await end_of_refund(context, *payment, resolution);
  } else {
    co_await end_attempt(context, collecting, *payment, resolution);
  }
  const auto ended = co_await find_payment(context.db, id);
  if (ended->resolution != resolution.reason || ended->status != resolution.status) throw not_pending(*ended);  // somebody else was faster
  co_return *ended;
}

}  // namespace billing::payments
