#include "rooms/payments/record_payment.hpp"

#include "platform/observe/metrics.hpp"
#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/payments/paid.hpp"

namespace billing::payments {
namespace {

Payment recorded(const Payable& invoice, Receipt receipt, Instant now) {
  const PaymentId id{new_uuid7()};
  return {.id = id,
          .invoice_id = invoice.id,
          .user_id = invoice.user_id,
          .attempt_key = "recorded-" + id.text(),
          .kind = PaymentKind::recorded,
          .provider = "manual",
          .amount = {receipt.amount, invoice.amount.currency()},
          .status = PaymentStatus::succeeded,
          .failure_code = {},
          .attempted_at = now,
          .claimed_until = {},
          .created_at = now,
          .updated_at = now,
          .payment_method = {},
          .provider_reference = std::move(receipt.reference),
          .received_on = receipt.received_on.value_or(date_of(now))};
}

}  // namespace

Task<Payment> record_payment(Context& context, InvoiceId id, Receipt receipt) {
  auto tx = co_await context.db.begin();
  const auto payables = co_await lock_payables(tx, {id});
  if (payables.empty()) {
    throw conflict("not_open",
                   "The invoice is paid or void by now: nothing is due on it. Give the user a credit for money that came all the same.");
  }
  auto payment = recorded(payables.front(), std::move(receipt), context.clock.now());
  const auto success = success_of(payment, payables.front());
  payment.overpaid = success.brought.over.minor();
  insert_recorded(tx, context, payment);
  co_await follow_successes(tx, context, {success});
  tx.after_commit([&metrics = context.metrics] { metrics.count("payments", {{"outcome", "recorded"}}); });
  co_await tx.commit();
  co_return payment;
}

}  // namespace billing::payments
