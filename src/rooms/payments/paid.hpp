#pragma once

#include <vector>

#include "core/collecting/due.hpp"
#include "rooms/payments/store.hpp"

namespace billing::payments {

/// A payment that has succeeded, of an invoice as it is under its lock: it may have been paid in some other way meanwhile.
struct Success {
  PaymentId payment;
  InvoiceId invoice;
  UserId user;
  Brought brought;
  bool whole;  // the invoice is paid by it
};
Success success_of(const Payment& payment, const Payable& invoice);

/// Writes what follows, with its audit events, under the users' locks: the invoices are paid, wholly or in part; their subscriptions are active
/// again, and what waited beside them is billed; what is beyond what was due becomes balance.
Task<void> follow_successes(pg::Transaction& tx, const Context& context, const std::vector<Success>& successes);

}  // namespace billing::payments
