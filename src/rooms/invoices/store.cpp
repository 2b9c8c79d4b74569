#include "rooms/invoices/store.hpp"

#include <utility>

#include "rooms/audit/store.hpp"
#include "rooms/grants/store.hpp"
#include "rooms/items/store.hpp"

namespace billing::invoices {

std::string_view to_text(InvoiceKind kind) { return kind == InvoiceKind::subscription ? "subscription" : "one_off"; }

std::optional<InvoiceKind> parse_invoice_kind(std::string_view text) {
  for (const auto kind : {InvoiceKind::subscription, InvoiceKind::one_off}) {
    if (text == to_text(kind)) return kind;
  }
  return std::nullopt;
}

namespace {

#define INVOICE_COLUMNS                                                                                                      \
  "id, number, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage, "      \
  "created_at, updated_at, paid_at, voided_at, kind, credited_cents, from_balance_cents, paid_cents, due_cents, tax_cents, " \
  "discount_cents, taxes, "                                                                                                  \
  "buyer, (SELECT shown FROM sellers WHERE version = seller_version), due_on"

/// Of INVOICE_COLUMNS.
Invoice invoice_of(pg::Row row) {
  return {.id = row.as<InvoiceId>(0),
          .number = row.optional_text(1).value_or(""),
          .user_id = row.as<UserId>(2),
          .period = {row.date(3), row.date(4)},
          .kind = row.as(15, parse_invoice_kind),
          .amount = Money{row.integer(5), row.as<Currency>(6)},
          .credited_cents = row.integer(16),
          .from_balance_cents = row.integer(17),
          .paid_cents = row.integer(18),
          .due_cents = row.integer(19),
          .status = row.as(7, parse_invoice_status),
          .collection = row.as(8, parse_collection),
          .next_attempt_at = row.optional_instant(9),
          .usage_json = std::string{row.text(10)},
          .created_at = row.instant(11),
          .updated_at = row.instant(12),
          .paid_at = row.optional_instant(13),
          .voided_at = row.optional_instant(14),
          .tax_cents = row.integer(20),
          .discount_cents = row.integer(21),
          .taxes_json = std::string{row.text(22)},
          .buyer_json = std::string{row.text(23)},
          .seller_json = std::string{row.text(24)},
          .due_on = row.optional_date(25)};
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
constexpr pg::Statement select_by_ids{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices LEFT JOIN document_numbers ON document_id = id WHERE id = ANY ((SELECT $1::uuid[])::uuid[]))"};

std::vector<Invoice> invoices_of(const pg::Result& rows) {
  std::vector<Invoice> invoices;
  for (const auto row : rows) invoices.push_back(invoice_of(row));
  return invoices;
}

}  // namespace

Task<std::vector<Invoice>> find_invoices(pg::Session& db, const std::vector<InvoiceId>& ids) {
  co_return invoices_of(co_await db.query(select_by_ids, pg::Params{}.add_array(ids)));
}

namespace {
#define OF_INVOICE_FILTER                                                                                                                 \
  "($1::uuid IS NULL OR i.user_id = $1) AND ($2::invoice_status IS NULL OR i.status = $2) "                                               \
  "AND ($3::invoice_collection IS NULL OR i.collection = $3) AND ($3 IS NULL OR $3 = 'done' OR i.status = 'open') AND ($4::date IS NULL " \
  "OR i.period_start >= $4) "                                                                                                             \
  "AND ($5::date IS NULL OR i.period_start < $5) AND ($6::text IS NULL OR number = $6) "                                                  \
  "AND ($7::boolean IS NULL OR ($7 AND i.status = 'open' AND i.due_on < $8) "                                                             \
  "OR (NOT $7 AND (i.status <> 'open' OR i.due_on IS NULL OR i.due_on >= $8)))"

pg::Params filter_params(const InvoiceFilter& filter) {
  pg::Params params;
  params.add(filter.user.transform(&UserId::text));
  params.add(filter.status.transform([](auto status) { return to_text(status); }));
  params.add(filter.collection.transform([](auto collection) { return to_text(collection); }));
  params.add(filter.from).add(filter.to).add(filter.number).add(filter.overdue).add(filter.today);
  return params;
}

constexpr pg::Statement select_page{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices i LEFT JOIN document_numbers ON document_id = i.id
  WHERE )" OF_INVOICE_FILTER R"( AND ($9::uuid IS NULL OR i.id < $9)
  ORDER BY i.id DESC LIMIT $10)",
                                    pg::Planned::for_its_values};
// No number is asked for here: it is looked up for those of the page alone.
#define PAGE_OF(INVOICES, ORDER)                                                                                                     \
  "SELECT " INVOICE_COLUMNS " FROM (SELECT i.* FROM " INVOICES " AS i, (SELECT NULL::text AS number) AS no WHERE " OF_INVOICE_FILTER \
  " AND ($9::uuid IS NULL OR i.id < $9) ORDER BY " ORDER                                                                             \
  " DESC LIMIT $10) AS i LEFT JOIN document_numbers ON document_id = i.id ORDER BY i.id DESC"
// Of those made last, which those of a late period are among.
constexpr pg::Statement select_page_of_newest{
    PAGE_OF("(SELECT * FROM invoices WHERE ($9::uuid IS NULL OR id < $9) ORDER BY id DESC LIMIT 2000)", "i.id"),
    pg::Planned::for_its_values};
// By no index of ids: those of an early period are behind all that were made since, which the planner does not know.
constexpr pg::Statement select_page_of_period{PAGE_OF("invoices", "(i.id::text)::uuid"), pg::Planned::for_its_values, pg::Lane::scan};
#undef PAGE_OF

/// Whether only the period tells which of very many are meant.
bool by_period_alone(const InvoiceFilter& filter) { return (filter.from || filter.to) && !filter.user && !filter.number; }
}  // namespace

Task<std::vector<Invoice>> find_invoices(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  const auto params = filter_params(filter).add(after).add(limit);
  if (!by_period_alone(filter)) co_return invoices_of(co_await db.query(select_page, params));
  auto newest = invoices_of(co_await db.query(select_page_of_newest, params));
  if (std::cmp_equal(newest.size(), limit)) co_return newest;
  co_return invoices_of(co_await db.query(select_page_of_period, params));
}

namespace {
constexpr pg::Statement select_totals{R"(
  WITH found AS (
    SELECT i.currency, i.status, i.amount_cents, i.due_cents
    FROM invoices i LEFT JOIN document_numbers ON document_id = i.id
    WHERE )" OF_INVOICE_FILTER R"( LIMIT $9
  )
  SELECT currency, count(*), coalesce(sum(amount_cents) FILTER (WHERE status <> 'void'), 0), sum(due_cents)
  FROM found GROUP BY currency ORDER BY currency)",
                                      pg::Planned::for_its_values, pg::Lane::scan};
}  // namespace

Task<std::vector<Total>> find_totals(pg::Session& db, const InvoiceFilter& filter, std::int64_t most) {
  std::vector<Total> totals;
  for (const auto row : co_await db.query(select_totals, filter_params(filter).add(most))) {
    totals.push_back({std::string{row.text(0)}, row.integer(1), std::string{row.text(2)}, std::string{row.text(3)}});
  }
  co_return totals;
}

namespace {
constexpr pg::Statement select_last{"SELECT " INVOICE_COLUMNS R"(
  FROM invoices LEFT JOIN document_numbers ON document_id = id
  WHERE id = coalesce(
    (SELECT id FROM invoices WHERE user_id = $1 AND status <> 'void' AND kind = 'subscription' ORDER BY period_start DESC, period_end DESC, id DESC LIMIT 1),
    (SELECT id FROM invoices WHERE user_id = $1 AND status <> 'void' AND kind = 'one_off' ORDER BY id DESC LIMIT 1)))"};
}  // namespace

Task<std::vector<std::optional<Invoice>>> find_shown(pg::Session& db, const std::vector<Shown>& asked) {
  std::vector<pg::Query> queries;
  for (const auto& [user, made] : asked) {
    queries.push_back(made ? pg::Query{select_by_id, pg::Params{}.add(made->text())}
                           : pg::Query{select_last, pg::Params{}.add(user.text())});
  }
  std::vector<std::optional<Invoice>> shown;
  for (const auto& rows : co_await db.query_all(std::move(queries))) shown.push_back(first_invoice(rows));
  co_return shown;
}

namespace {
#define LINE_COLUMNS                                                                                                                  \
  "l.id, l.kind, l.item, l.sequence, l.subscription_id, l.plan_code, l.version, l.metric, l.period_start, l.period_end, l.quantity, " \
  "l.amount_cents, l.description, l.credited_cents, l.tax_inclusive, l.tax_cents, l.discount_cents"

/// Of LINE_COLUMNS; without its explanation.
InvoiceLine line_of(pg::Row row) {
  return {.id = std::string{row.text(0)},
          .kind = std::string{row.text(1)},
          .item = std::string{row.text(2)},
          .sequence = row.integer(3),
          .subscription_id = row.optional_text(4),
          .plan_code = row.optional_text(5),
          .version = row.optional_integer(6),
          .metric = row.optional_text(7),
          .period_start = row.optional_date(8),
          .period_end = row.optional_date(9),
          .quantity = row.integer(10),
          .amount_cents = row.integer(11),
          .tax_inclusive = row.boolean(14),
          .tax_cents = row.integer(15),
          .discount_cents = row.integer(16),
          .credited_cents = row.integer(13),
          .description = std::string{row.text(12)},
          .explanation_json = {}};
}
constexpr int explanation_column = 17;

constexpr pg::Statement select_lines{"SELECT " LINE_COLUMNS ", l.explanation FROM invoice_lines l WHERE invoice_id = $1 ORDER BY position"};
}  // namespace

Task<std::vector<InvoiceLine>> find_lines(pg::Session& db, InvoiceId id) {
  std::vector<InvoiceLine> lines;
  for (const auto row : co_await db.query(select_lines, pg::Params{}.add(id.text()))) {
    lines.push_back(line_of(row));
    lines.back().explanation_json = row.text(explanation_column);
  }
  co_return lines;
}

namespace {
constexpr pg::Statement select_lines_of{"SELECT " LINE_COLUMNS R"(, l.explanation, l.invoice_id
  FROM unnest((SELECT $1::uuid[])) AS asked (id)
  CROSS JOIN LATERAL (SELECT * FROM invoice_lines WHERE invoice_id = asked.id OFFSET 0) AS l ORDER BY l.position)"};
}

Task<std::map<InvoiceId, std::vector<InvoiceLine>>> find_lines(pg::Session& db, const std::vector<InvoiceId>& ids) {
  std::map<InvoiceId, std::vector<InvoiceLine>> lines;
  for (const auto row : co_await db.query(select_lines_of, pg::Params{}.add_array(ids))) {
    auto& of_invoice = lines[row.as<InvoiceId>(explanation_column + 1)];
    of_invoice.push_back(line_of(row));
    of_invoice.back().explanation_json = row.text(explanation_column);
  }
  co_return lines;
}

namespace {
// Invoice by invoice from the newest on, or from that of the line after which it goes on.
constexpr pg::Statement select_line_page{"SELECT " LINE_COLUMNS R"(, i.id, number, i.user_id, i.status, i.currency, i.created_at
  FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id LEFT JOIN document_numbers ON document_id = i.id
  WHERE )" OF_INVOICE_FILTER R"(
    AND ($9::uuid IS NULL OR (i.id <= (SELECT invoice_id FROM invoice_lines WHERE id = $9)
      AND (i.id < (SELECT invoice_id FROM invoice_lines WHERE id = $9) OR l.position > (SELECT position FROM invoice_lines WHERE id = $9))))
  ORDER BY i.id DESC, l.position LIMIT $10)",
                                         pg::Planned::for_its_values};
}  // namespace

Task<std::vector<ListedLine>> find_lines(pg::Session& db, const InvoiceFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  std::vector<ListedLine> lines;
  for (const auto row : co_await db.query(select_line_page, filter_params(filter).add(after).add(limit))) {
    lines.push_back({.line = line_of(row),
                     .invoice_id = row.as<InvoiceId>(17),
                     .number = row.optional_text(18).value_or(""),
                     .user_id = row.as<UserId>(19),
                     .status = row.as(20, parse_invoice_status),
                     .currency = row.as<Currency>(21),
                     .created_at = row.instant(22)});
  }
  co_return lines;
}

namespace {

constexpr pg::Statement void_row{R"(
  UPDATE invoices SET status = 'void', collection = 'done', next_attempt_at = NULL, overdue_at = NULL, from_balance_cents = 0, voided_at = $2,
                      updated_at = $2
  WHERE id = $1)"};
constexpr pg::Statement void_lines{R"(
  UPDATE invoice_lines l
  SET voided = true, withheld = EXISTS (SELECT FROM subscriptions s WHERE s.id = l.subscription_id AND s.status = 'canceled')
  WHERE invoice_id = $1)"};

}  // namespace

void mark_void(pg::Transaction& tx, const Context& context, const Invoice& invoice, const std::vector<InvoiceLine>& lines) {
  tx.send(void_row, pg::Params{}.add(invoice.id.text()).add(context.clock.now()));
  tx.send(void_lines, pg::Params{}.add(invoice.id.text()));
  std::vector<facts::PeriodName> periods;
  std::vector<std::string> line_items;
  for (const auto& line : lines) {
    line_items.push_back(line.item);
    const auto id = line.subscription_id ? SubscriptionId::parse(*line.subscription_id) : std::nullopt;
    if (id && line.period_start) periods.push_back({*id, *line.period_start});
  }
  facts::unsettle(tx, periods);
  items::give_back(tx, invoice.id, line_items);
  grants::give_back(tx, invoice.id);
  const auto user = invoice.user_id.text();
  std::vector<audit::Entry> entries{{"invoice.voided", "invoice", invoice.id.text(), user, "open", "void"}};
  if (invoice.from_balance_cents > 0) entries.push_back({"credit.given_back", "user", user, user, {}, {}});
  audit::record(tx, context, entries);
}

namespace {
// LATERAL … OFFSET 0: line by line over its index, also by a plan that was made while the tables were small.
constexpr pg::Statement select_freed{R"(
  SELECT DISTINCT s.id, s.user_id
  FROM unnest((SELECT $1::uuid[])) AS paid (id)
  CROSS JOIN LATERAL (SELECT subscription_id FROM invoice_lines WHERE invoice_id = paid.id OFFSET 0) l
  CROSS JOIN LATERAL (SELECT id, user_id FROM subscriptions WHERE id = l.subscription_id AND past_due OFFSET 0) s
  CROSS JOIN LATERAL (
    SELECT count(*) AS uncollected
    FROM invoice_lines other JOIN invoices i ON i.id = other.invoice_id
    WHERE other.subscription_id = s.id AND i.id <> ALL ($1::uuid[])
      AND ((i.status::text = 'open' AND i.given_up)
           OR (i.status::text = 'open' AND i.due_on IS NOT NULL AND i.overdue_at IS NULL))
  ) held_back
  WHERE held_back.uncollected = 0
  ORDER BY s.id)"};
}  // namespace

Task<std::vector<facts::OwnedSubscription>> subscriptions_freed_by(pg::Session& tx, const std::vector<InvoiceId>& invoices) {
  std::vector<facts::OwnedSubscription> freed;
  if (invoices.empty()) co_return freed;
  const auto rows = co_await tx.query(select_freed, pg::Params{}.add_array(invoices));
  for (const auto row : rows) freed.push_back({row.as<SubscriptionId>(0), row.as<UserId>(1)});
  co_return freed;
}

namespace {
constexpr pg::Statement select_holding{R"(
  SELECT DISTINCT user_id FROM invoices WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND held_back)"};
}

Task<void> bill_what_waited(pg::Transaction& tx, const Context& context, const std::vector<InvoiceId>& ids) {
  if (ids.empty()) co_return;
  std::vector<UserId> users;
  for (const auto row : co_await tx.query(select_holding, pg::Params{}.add_array(ids))) users.push_back(row.as<UserId>(0));
  facts::bill_again(tx, users, context.clock.now());
}

}  // namespace billing::invoices
