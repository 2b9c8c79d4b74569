#include "rooms/payments/overdue.hpp"

#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/users/store.hpp"

namespace billing::payments {

constinit const pg::DueRows overdue_invoices DUE_ROWS("invoices", "overdue_at", R"(
  SELECT id FROM invoices WHERE overdue_at <= $1 ORDER BY overdue_at, id LIMIT $2)");

namespace {
constexpr pg::Statement select_owners{R"(
  SELECT DISTINCT user_id FROM invoices WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND overdue_at <= $2 ORDER BY user_id)"};
constexpr pg::Statement lock_overdue{R"(
  SELECT id, user_id FROM invoices WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND overdue_at <= $2 ORDER BY id FOR NO KEY UPDATE)"};
}  // namespace

Task<void> find_overdue(Context& context, const std::vector<InvoiceId>& ids, std::optional<std::int64_t> cancel_after) {
  std::vector<UserId> users;
  const auto params = pg::Params{}.add_array(ids).add(context.clock.now());
  for (const auto row : co_await context.db.query(select_owners, params)) users.push_back(row.as<UserId>(0));
  if (users.empty()) co_return;
  auto tx = co_await context.db.begin();
  users::lock_users(tx, users);
  std::vector<InvoiceId> overdue;
  std::vector<audit::Entry> entries;
  for (const auto row : co_await tx.query(lock_overdue, params)) {
    overdue.push_back(row.as<InvoiceId>(0));
    entries.push_back({"invoice.overdue", "invoice", std::string{row.text(0)}, std::string{row.text(1)}, {}, "overdue"});
  }
  const auto unpaid = co_await invoices::active_subscriptions_on(tx, overdue);
  invoices::note_overdue(tx, overdue, context.clock.now());
  audit::record(tx, context, entries);
  facts::mark_past_due(tx, context, unpaid, cancel_after);
  co_await tx.commit();
}

}  // namespace billing::payments
