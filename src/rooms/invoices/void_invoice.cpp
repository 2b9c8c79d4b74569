#include "rooms/invoices/void_invoice.hpp"

#include "platform/observe/metrics.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

constexpr pg::Statement lock_invoice{"SELECT FROM invoices WHERE id = $1 FOR NO KEY UPDATE"};
constexpr pg::Statement select_pending{"SELECT FROM payments WHERE invoice_id = $1 AND status = 'pending'"};

/// Two statements: the second one's snapshot is taken under the lock, so it sees an attempt that was begun while the first one waited.
Task<bool> lock_and_look_for_attempt(pg::Transaction& tx, InvoiceId id) {
  co_await tx.query(lock_invoice, pg::Params{}.add(id.text()));
  const auto pending = co_await tx.query(select_pending, pg::Params{}.add(id.text()));
  co_return !pending.empty();
}

}  // namespace

Task<Invoice> void_invoice(Context& context, UserId user_id, InvoiceId invoice_id) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {user_id});
  const bool attempt_running = co_await lock_and_look_for_attempt(tx, invoice_id);
  const auto invoice = co_await find_invoice(tx, invoice_id);
  if (!invoice || invoice->user_id != user_id) throw not_found("The user has no invoice " + invoice_id.text() + ".");
  if (invoice->status != InvoiceStatus::open) {
    throw conflict("not_open",
                   "Invoice " + invoice->number + " is " + std::string{to_text(invoice->status)} + ": only an open one can be voided.");
  }
  if (attempt_running) {
    throw conflict("has_payments",
                   "A payment of invoice " + invoice->number + " is under way, its outcome not known yet: look again in a moment.");
  }
  if (invoice->paid_cents > 0) {
    throw conflict("has_payments", "Invoice " + invoice->number + " is paid in part: credit what is left of it instead.");
  }
  if (invoice->credited_cents > 0) {
    throw conflict("has_credit_notes", "Invoice " + invoice->number + " has credit notes: credit what is left of it instead.");
  }
  const auto freed = co_await subscriptions_freed_by(tx, std::vector{invoice->id});
  mark_void(tx, context, *invoice, co_await find_lines(tx, invoice_id));
  facts::mark_active(tx, context, freed);
  const auto voided = co_await find_invoice(tx, invoice_id);
  tx.after_commit([&metrics = context.metrics] { metrics.count("invoices", {{"outcome", "voided"}}); });
  co_await tx.commit();
  co_return voided.value();
}

}  // namespace billing::invoices
