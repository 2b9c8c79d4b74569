#include "rooms/invoices/collecting.hpp"

#include "platform/queue/queue.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/run/run.hpp"

namespace billing::invoices {
namespace {
constexpr pg::Statement update_paid{R"(
  UPDATE invoices i
  SET paid_cents = i.paid_cents + p.amount, updated_at = $3,
      status = CASE WHEN p.whole THEN 'paid' ELSE i.status END, collection = CASE WHEN p.whole THEN 'done' ELSE i.collection END,
      next_attempt_at = CASE WHEN NOT p.whole THEN i.next_attempt_at END, overdue_at = CASE WHEN NOT p.whole THEN i.overdue_at END,
      paid_at = CASE WHEN p.whole THEN $3::timestamptz END
  FROM unnest($1::uuid[], $2::bigint[], $4::boolean[]) AS p (id, amount, whole)
  WHERE i.id = p.id)"};
}

void pay_off(pg::Transaction& tx, const std::vector<PaidOff>& parts, Instant now) {
  if (parts.empty()) return;
  std::vector<InvoiceId> ids;
  std::vector<std::int64_t> amounts;
  std::vector<std::string> whole;
  for (const auto& part : parts) {
    ids.push_back(part.id);
    amounts.push_back(part.amount);
    whole.emplace_back(part.whole ? "t" : "f");
  }
  tx.send(update_paid, pg::Params{}.add_array(ids).add_array(amounts).add(now).add_array(whole));
}

namespace {
constexpr pg::Statement update_setbacks{R"(
  UPDATE invoices i
  SET collection = s.collection, next_attempt_at = s.next_attempt_at, declined_count = s.declined_count,
      unreachable_count = s.unreachable_count, schedule_from = s.schedule_from, given_up = i.given_up OR s.collection = 'uncollected',
      updated_at = $6
  FROM unnest($1::uuid[], $2::invoice_collection[], $3::timestamptz[], $4::bigint[], $5::bigint[], $7::bigint[])
    AS s (id, collection, next_attempt_at, declined_count, unreachable_count, schedule_from)
  WHERE i.id = s.id)"};
}

void note_setbacks(pg::Transaction& tx, const std::vector<Setback>& setbacks, Instant now) {
  if (setbacks.empty()) return;
  std::vector<InvoiceId> ids;
  std::vector<std::string> collections;
  std::vector<std::optional<Instant>> next;
  std::vector<std::int64_t> declined, unreachable, from;
  for (const auto& setback : setbacks) {
    ids.push_back(setback.id);
    collections.emplace_back(to_text(setback.collection));
    next.push_back(setback.next_attempt_at);
    declined.push_back(setback.declined_count);
    unreachable.push_back(setback.unreachable_count);
    from.push_back(setback.schedule_from);
  }
  pg::Params params;
  params.add_array(ids).add_array(collections).add_array(next).add_array(declined).add_array(unreachable).add(now).add_array(from);
  tx.send(update_setbacks, std::move(params));
}

namespace {
// As begin_anew of core/collecting has it.
constexpr pg::Statement update_anew{R"(
  WITH before AS (
    SELECT id, collection FROM invoices WHERE user_id = $1 AND status::text = 'open' AND due_on IS NULL ORDER BY id FOR NO KEY UPDATE
  )
  UPDATE invoices i
  SET collection = CASE WHEN i.declined_count = 0 AND i.unreachable_count = 0 THEN 'pending'::invoice_collection ELSE 'retrying' END,
      next_attempt_at = $2, schedule_from = i.declined_count, updated_at = $2
  FROM before
  WHERE i.id = before.id
  RETURNING i.id, before.collection, i.collection)"};
}  // namespace

Task<void> collect_anew(pg::Transaction& tx, const Context& context, UserId user) {
  std::vector<std::string> ids;
  std::vector<audit::Entry> entries;
  for (const auto row : co_await tx.query(update_anew, pg::Params{}.add(user.text()).add(context.clock.now()))) {
    const std::string id{row.text(0)};
    ids.push_back(id);
    if (row.text(1) == row.text(2)) continue;
    const std::string to{row.text(2)};
    entries.push_back({"invoice." + to, "invoice", id, user.text(), std::string{row.text(1)}, to});
  }
  audit::record(tx, context, entries);
  tx.after_commit([&queue = context.queue, ids = std::move(ids)] { queue.ring(attempt_payments_job, ids, payments_per_ring); });
}

namespace {
constexpr pg::Statement update_overdue{
    "UPDATE invoices SET overdue_at = NULL, updated_at = $2 WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND overdue_at IS NOT NULL"};
}

void note_overdue(pg::Transaction& tx, const std::vector<InvoiceId>& ids, Instant now) {
  if (!ids.empty()) tx.send(update_overdue, pg::Params{}.add_array(ids).add(now));
}

namespace {
constexpr pg::Statement select_active_on{R"(
  SELECT DISTINCT s.id, s.user_id FROM invoice_lines l JOIN subscriptions s ON s.id = l.subscription_id
  WHERE l.invoice_id = ANY ((SELECT $1::uuid[])::uuid[]) AND s.status <> 'canceled' AND NOT s.past_due ORDER BY s.id)"};
}

Task<std::vector<facts::OwnedSubscription>> active_subscriptions_on(pg::Session& tx, const std::vector<InvoiceId>& invoices) {
  std::vector<facts::OwnedSubscription> found;
  if (invoices.empty()) co_return found;
  for (const auto row : co_await tx.query(select_active_on, pg::Params{}.add_array(invoices))) {
    found.push_back({row.as<SubscriptionId>(0), row.as<UserId>(1)});
  }
  co_return found;
}

}  // namespace billing::invoices
