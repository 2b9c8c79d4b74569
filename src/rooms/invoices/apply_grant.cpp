#include "rooms/invoices/apply_grant.hpp"

#include "core/balance/settle.hpp"
#include "rooms/invoices/follow_payment.hpp"
#include "rooms/invoices/run/documents.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

constexpr pg::Statement select_open{R"(
  SELECT i.id, i.currency, i.due_cents, EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending')
  FROM invoices i WHERE i.user_id = $1 AND i.status = 'open' ORDER BY i.id)"};

Task<std::vector<Payable>> open_invoices(pg::Session& db, UserId user) {
  std::vector<Payable> open;
  for (const auto row : co_await db.query(select_open, pg::Params{}.add(user.text()))) {
    open.push_back({row.as<InvoiceId>(0), Money{row.integer(2), row.as<Currency>(1)}, false, row.boolean(3)});
  }
  co_return open;
}

}  // namespace

Task<void> apply_grant(pg::Transaction& tx, const Context& context, const grants::Grant& grant) {
  std::vector usable{grant};
  Documents documents;
  for (const auto& invoice : co_await open_invoices(tx, grant.user_id)) {
    if (invoice.is_attempted) continue;
    const auto uses = grants::take(usable, invoice.id, invoice.due, context.clock.today());
    if (uses.empty()) continue;
    const auto amount = uses.front().amount;
    documents.reductions.push_back(
        {.id = invoice.id, .user_id = grant.user_id, .from_balance = amount, .pays = amount == invoice.due.minor()});
    documents.uses.push_back(uses.front());
  }
  documents.grants.push_back(grant);
  co_await follow_payment(tx, context, documents.reductions);
  send_documents(tx, context, documents);
}

Task<void> apply_grant(Context& context, const grants::Grant& grant) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {grant.user_id.text()});
  co_await apply_grant(tx, context, grant);
  co_await tx.commit();
}

}  // namespace billing::invoices
