#include "rooms/payments/paid.hpp"

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/apply_grant.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/invoices/follow_payment.hpp"

namespace billing::payments {
namespace {

constexpr pg::Statement update_overpaid{"UPDATE payments SET overpaid_cents = $2 WHERE id = $1 AND overpaid_cents <> $2"};

Task<void> give_over(pg::Transaction& tx, const Context& context, const Success& success) {
  tx.send(update_overpaid, pg::Params{}.add(success.payment.text()).add(success.brought.over.minor()));
  const grants::Grant grant{.id = GrantId{new_uuid7()},
                            .user_id = success.user,
                            .amount = success.brought.over,
                            .expires_on = {},
                            .source = grants::GrantSource::overpayment,
                            .credit_note = {},
                            .payment = success.payment,
                            .reason = {},
                            .ended_at = {},
                            .created_at = context.clock.now()};
  co_await invoices::apply_grant(tx, context, grant);
}

}  // namespace

Success success_of(const Payment& payment, const Payable& invoice) {
  const auto split = brought(payment.amount, invoice.amount);
  return {.payment = payment.id,
          .invoice = invoice.id,
          .user = invoice.user_id,
          .brought = split,
          .whole = invoice.status == InvoiceStatus::open && split.pays == invoice.amount};
}

Task<void> follow_successes(pg::Transaction& tx, const Context& context, const std::vector<Success>& successes) {
  std::vector<invoices::PaidOff> parts;
  std::vector<InvoiceId> paid;
  std::vector<audit::Entry> entries;
  for (const auto& success : successes) {
    if (!success.brought.pays.is_zero()) parts.push_back({success.invoice, success.brought.pays.minor(), success.whole});
    if (!success.whole) continue;
    paid.push_back(success.invoice);
    entries.push_back({"invoice.paid", "invoice", success.invoice.text(), success.user.text(), "open", "paid"});
  }
  co_await invoices::follow_payment(tx, context, paid);
  invoices::pay_off(tx, parts, context.clock.now());
  audit::record(tx, context, entries);
  for (const auto& success : successes) {
    if (!success.brought.over.is_zero()) co_await give_over(tx, context, success);
  }
}

}  // namespace billing::payments
