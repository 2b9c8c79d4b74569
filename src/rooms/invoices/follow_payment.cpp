#include "rooms/invoices/follow_payment.hpp"

#include "rooms/facts/due.hpp"
#include "rooms/invoices/store.hpp"

namespace billing::invoices {

Task<void> follow_payment(pg::Transaction& tx, const Context& context, const std::vector<InvoiceId>& paid) {
  if (paid.empty()) co_return;
  facts::mark_active(tx, context, co_await subscriptions_freed_by(tx, paid));
  co_await bill_what_waited(tx, context, paid);
}

Task<void> follow_payment(pg::Transaction& tx, const Context& context, const std::vector<Reduction>& reductions) {
  std::vector<InvoiceId> paid;
  for (const auto& reduction : reductions) {
    if (reduction.pays) paid.push_back(reduction.id);
  }
  co_await follow_payment(tx, context, paid);
}

}  // namespace billing::invoices
