#include "rooms/invoices/store.hpp"

#include "rooms/audit/store.hpp"

namespace billing::invoices {
namespace {

#define INVOICE_COLUMNS                                                                                                 \
  "id, number, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage, " \
  "created_at, updated_at, paid_at, voided_at"

/// Of INVOICE_COLUMNS.
Invoice invoice_of(pg::Row row) {
  return {.id = row.as<InvoiceId>(0),
          .number = row.optional_text(1).value_or(""),
          .user_id = row.as<UserId>(2),
          .period = {row.date(3), row.date(4)},
          .amount = Money{row.integer(5), row.as<Currency>(6)},
          .status = row.as(7, parse_invoice_status),
          .collection = row.as(8, parse_collection),
          .next_attempt_at = row.optional_instant(9),
          .usage_json = std::string{row.text(10)},
          .created_at = row.instant(11),
          .updated_at = row.instant(12),
          .paid_at = row.optional_instant(13),
          .voided_at = row.optional_instant(14)};
}

std::optional<Invoice> first_invoice(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return invoice_of(rows[0]);
}

constexpr pg::Statement select_by_id{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices LEFT JOIN document_numbers ON document_id = id WHERE id = $1)"};

}  // namespace

Task<std::optional<Invoice>> find_invoice(pg::Session& db, InvoiceId id) {
  co_return first_invoice(co_await db.query(select_by_id, pg::Params{}.add(id.text())));
}

namespace {
constexpr pg::Statement select_page{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices LEFT JOIN document_numbers ON document_id = id
  WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::invoice_status IS NULL OR status = $2)
    AND ($3::invoice_collection IS NULL OR collection = $3) AND ($4::date IS NULL OR period_start >= $4)
    AND ($5::date IS NULL OR period_start < $5) AND ($6::text IS NULL OR number = $6) AND ($7::uuid IS NULL OR id < $7)
  ORDER BY id DESC LIMIT $8)",
                                    pg::Planned::for_its_values};
}

Task<std::vector<Invoice>> find_invoices(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  pg::Params params;
  params.add(filter.user.transform(&UserId::text));
  params.add(filter.status.transform([](auto status) { return to_text(status); }));
  params.add(filter.collection.transform([](auto collection) { return to_text(collection); }));
  params.add(filter.from).add(filter.to).add(filter.number).add(after).add(limit);
  std::vector<Invoice> invoices;
  for (const auto row : co_await db.query(select_page, std::move(params))) invoices.push_back(invoice_of(row));
  co_return invoices;
}

namespace {
constexpr pg::Statement select_newest{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices LEFT JOIN document_numbers ON document_id = id
  WHERE user_id = $1 AND period_start = $2 AND period_end = $3 AND currency = $4 AND status <> 'void'
  ORDER BY id DESC LIMIT 1)"};
}

Task<std::optional<Invoice>> find_newest(pg::Session& db, UserId user, InvoiceKey key) {
  pg::Params params;
  params.add(user.text()).add(key.first.start).add(key.first.end).add(key.second.code());
  co_return first_invoice(co_await db.query(select_newest, std::move(params)));
}

namespace {
constexpr pg::Statement select_lines{R"(
  SELECT id, kind, subscription_id, plan_code, metric, period_start, period_end, quantity, amount_cents, description, explanation
  FROM invoice_lines WHERE invoice_id = $1 ORDER BY position)"};
}

Task<std::vector<InvoiceLine>> find_lines(pg::Session& db, InvoiceId id) {
  std::vector<InvoiceLine> lines;
  for (const auto row : co_await db.query(select_lines, pg::Params{}.add(id.text()))) {
    lines.push_back({std::string{row.text(0)}, row.as(1, parse_line_kind), std::string{row.text(2)}, std::string{row.text(3)},
                     row.optional_text(4), row.date(5), row.date(6), row.integer(7), row.integer(8), std::string{row.text(9)},
                     std::string{row.text(10)}});
  }
  co_return lines;
}

namespace {

constexpr pg::Statement void_row{R"(
  UPDATE invoices SET status = 'void', collection = 'done', next_attempt_at = NULL, voided_at = $2, updated_at = $2 WHERE id = $1)"};
constexpr pg::Statement void_lines{"UPDATE invoice_lines SET voided = true WHERE invoice_id = $1"};
constexpr pg::Statement unsettle_periods{R"(
  UPDATE subscription_periods p SET settled = false
  FROM invoice_lines l
  WHERE l.invoice_id = $1 AND p.subscription_id = l.subscription_id AND p.period_start = l.period_start AND p.settled)"};

constexpr pg::Statement leave_to_generate{R"(
  UPDATE subscriptions s SET due_at = NULL
  WHERE s.status = 'canceled' AND s.id IN (SELECT subscription_id FROM invoice_lines WHERE invoice_id = $1))"};

}  // namespace

void mark_void(pg::Transaction& tx, const Context& context, const Invoice& invoice) {
  tx.send(void_row, pg::Params{}.add(invoice.id.text()).add(context.clock.now()));
  tx.send(void_lines, pg::Params{}.add(invoice.id.text()));
  tx.send(unsettle_periods, pg::Params{}.add(invoice.id.text()));
  tx.send(leave_to_generate, pg::Params{}.add(invoice.id.text()));
  audit::record(tx, context, {{"invoice.voided", "invoice", invoice.id.text(), invoice.user_id.text(), "open", "void"}});
}

namespace {
// LATERAL … OFFSET 0: line by line over its index, also by a plan that was made while the tables were small.
constexpr pg::Statement select_freed{R"(
  SELECT DISTINCT s.id
  FROM unnest((SELECT $1::uuid[])) AS paid (id)
  CROSS JOIN LATERAL (SELECT subscription_id FROM invoice_lines WHERE invoice_id = paid.id OFFSET 0) l
  CROSS JOIN LATERAL (SELECT id FROM subscriptions WHERE id = l.subscription_id AND status = 'past_due' OFFSET 0) s
  CROSS JOIN LATERAL (
    SELECT count(*) AS uncollected
    FROM invoice_lines other JOIN invoices i ON i.id = other.invoice_id
    WHERE other.subscription_id = s.id AND i.id <> ALL ($1::uuid[])
      AND (i.collection = 'uncollected' OR (i.collection = 'retrying' AND i.declined_count > 0 AND i.unreachable_count > 0))
  ) held_back
  WHERE held_back.uncollected = 0
  ORDER BY s.id)"};
}  // namespace

Task<std::vector<subscriptions::Subscription>> subscriptions_freed_by(pg::Session& tx, const std::vector<InvoiceId>& invoices) {
  std::vector<subscriptions::Subscription> freed;
  if (invoices.empty()) co_return freed;
  std::vector<std::string> ids;
  for (const auto& id : invoices) ids.push_back(id.text());
  const auto rows = co_await tx.query(select_freed, pg::Params{}.add_array(ids));
  for (const auto row : rows) freed.push_back((co_await subscriptions::find_subscription(tx, row.as<SubscriptionId>(0))).value());
  co_return freed;
}

}  // namespace billing::invoices
