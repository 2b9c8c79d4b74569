#include "rooms/invoices/apply_grant.hpp"

#include <algorithm>
#include <iterator>

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

/// Notes what the grants pay of the user's open invoices.
Task<void> pay_open_invoices(pg::Session& db, UserId user, std::vector<grants::Grant> usable, Date today, Documents& documents) {
  for (const auto& invoice : co_await open_invoices(db, user)) {
    if (invoice.is_attempted) continue;
    const auto uses = grants::take(usable, invoice.id, invoice.due, today);
    if (uses.empty()) continue;
    std::int64_t amount = 0;
    for (const auto& use : uses) amount += use.amount;
    documents.reductions.push_back({.id = invoice.id, .user_id = user, .from_balance = amount, .pays = amount == invoice.due.minor()});
    std::ranges::copy(uses, std::back_inserter(documents.uses));
  }
}

// LATERAL … OFFSET 0: invoice by invoice over its index, whatever the tables were like when this was planned.
constexpr pg::Statement select_with_balance{R"(
  SELECT DISTINCT i.user_id
  FROM unnest((SELECT $1::uuid[])) AS asked (invoice)
  CROSS JOIN LATERAL (SELECT user_id, currency FROM invoices WHERE id = asked.invoice AND status::text = 'open' OFFSET 0) AS i
  WHERE EXISTS (SELECT FROM grants g WHERE g.user_id = i.user_id AND g.currency = i.currency AND g.used_cents + g.ended_cents < g.amount_cents
                  AND (g.expires_on IS NULL OR g.expires_on > $2)))"};

}  // namespace

Task<void> apply_grant(pg::Transaction& tx, const Context& context, const grants::Grant& grant) {
  Documents documents;
  co_await pay_open_invoices(tx, grant.user_id, {grant}, context.clock.today(), documents);
  documents.grants.push_back(grant);
  co_await follow_payment(tx, context, documents.reductions);
  send_documents(tx, context, documents);
}

Task<void> apply_grant(Context& context, const grants::Grant& grant) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {grant.user_id});
  co_await apply_grant(tx, context, grant);
  co_await tx.commit();
}

Task<std::vector<InvoiceId>> apply_balances(Context& context, const std::vector<InvoiceId>& ids) {
  std::vector<UserId> user_ids;
  const auto today = context.clock.today();
  const auto rows = co_await context.db.query(select_with_balance, pg::Params{}.add_array(ids).add(today));
  for (const auto row : rows) user_ids.push_back(row.as<UserId>(0));
  std::vector<InvoiceId> paid;
  if (user_ids.empty()) co_return paid;
  std::ranges::sort(user_ids);
  auto tx = co_await context.db.begin();
  users::lock_users(tx, user_ids);
  Documents documents;
  for (auto& [user, usable] : co_await grants::find_usable(tx, user_ids)) {
    co_await pay_open_invoices(tx, user, std::move(usable), today, documents);
  }
  co_await follow_payment(tx, context, documents.reductions);
  send_documents(tx, context, documents);
  co_await tx.commit();
  for (const auto& reduction : documents.reductions) {
    if (reduction.pays) paid.push_back(reduction.id);
  }
  co_return paid;
}

}  // namespace billing::invoices
