#include "rooms/payments/store.hpp"

#include <algorithm>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::payments {
namespace {

#define PAYMENT_COLUMNS                                                                                                      \
  "id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, failure_code, attempted_at, "       \
  "claimed_until, created_at, updated_at, payment_method, provider_reference, received_on, overpaid_cents, refunded_cents, " \
  "provider_customer, decline, next_action_url, calls, resolution"
// The same of both, for lists.
#define LISTED_PAYMENT                                                                                                       \
  "id, invoice_id, user_id, attempt_key, kind::text, provider, amount_cents, currency, status, failure_code, attempted_at, " \
  "claimed_until, created_at, updated_at, payment_method, provider_reference, received_on, overpaid_cents, refunded_cents, " \
  "NULL, decline, next_action_url, calls, resolution, NULL::uuid, NULL::uuid"
#define LISTED_REFUND                                                                                                     \
  "id, invoice_id, user_id, refund_key, 'refund', provider, amount_cents, currency, status, failure_code, attempted_at, " \
  "claimed_until, created_at, updated_at, payment_method, provider_reference, NULL::date, 0::bigint, 0::bigint, "         \
  "NULL, NULL::payment_decline, NULL, calls, resolution, credit_note_id, payment_id"

/// Of PAYMENT_COLUMNS.
Payment payment_of(pg::Row row) {
  return {.id = row.as<PaymentId>(0),
          .invoice_id = row.as<InvoiceId>(1),
          .user_id = row.as<UserId>(2),
          .attempt_key = std::string{row.text(3)},
          .kind = row.as(4, parse_payment_kind),
          .provider = std::string{row.text(5)},
          .amount = Money{row.integer(6), row.as<Currency>(7)},
          .status = row.as(8, parse_payment_status),
          .failure_code = row.optional_text(9),
          .attempted_at = row.instant(10),
          .claimed_until = row.optional_instant(11),
          .created_at = row.instant(12),
          .updated_at = row.instant(13),
          .payment_method = row.optional_text(14),
          .provider_customer = row.optional_text(19),
          .provider_reference = row.optional_text(15),
          .received_on = row.optional_date(16),
          .overpaid = row.integer(17),
          .decline = row.is_null(20) ? std::nullopt : std::optional{row.as(20, parse_decline)},
          .next_action_url = row.optional_text(21),
          .resolution = row.optional_text(23),
          .calls = row.integer(22),
          .refunded_cents = row.integer(18)};
}

/// Of LISTED_PAYMENT and LISTED_REFUND.
std::vector<Payment> all_payments(const pg::Result& rows) {
  std::vector<Payment> payments;
  for (const auto row : rows) {
    payments.push_back(payment_of(row));
    if (!row.is_null(24)) payments.back().credit_note = row.as<CreditNoteId>(24);
    if (!row.is_null(25)) payments.back().refund_of = row.as<PaymentId>(25);
  }
  return payments;
}

#define PAGE_OF_LISTED                                                                   \
  " WHERE ($1::uuid IS NULL OR invoice_id = $1) AND ($2::uuid IS NULL OR user_id = $2) " \
  "AND ($3::payment_status IS NULL OR status = $3) AND ($4::uuid IS NULL OR id < $4) "   \
  "ORDER BY id DESC LIMIT $5"
constexpr pg::Statement select_page{"(SELECT " LISTED_PAYMENT " FROM payments" PAGE_OF_LISTED ") UNION ALL (SELECT " LISTED_REFUND
                                    " FROM refunds" PAGE_OF_LISTED ") ORDER BY id DESC LIMIT $5",
                                    pg::Planned::for_its_values};

}  // namespace

Task<std::vector<Payment>> find_payments(pg::Session& db, const PaymentFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  pg::Params params;
  params.add(filter.invoice.transform(&InvoiceId::text)).add(filter.user.transform(&UserId::text));
  params.add(filter.status.transform([](auto status) { return to_text(status); }));
  params.add(after).add(limit);
  co_return all_payments(co_await db.query(select_page, std::move(params)));
}

namespace {
constexpr pg::Statement select_listed{"SELECT " LISTED_PAYMENT " FROM payments WHERE id = $1 UNION ALL SELECT " LISTED_REFUND
                                      " FROM refunds WHERE id = $1"};
}

Task<std::optional<Payment>> find_payment(pg::Session& db, PaymentId id) {
  auto found = all_payments(co_await db.query(select_listed, pg::Params{}.add(id.text())));
  if (found.empty()) co_return std::nullopt;
  co_return std::move(found.front());
}

namespace {
constexpr pg::Statement select_of_invoice{"SELECT " LISTED_PAYMENT " FROM payments WHERE invoice_id = $1 UNION ALL SELECT " LISTED_REFUND
                                          " FROM refunds WHERE invoice_id = $1 ORDER BY id DESC"};
}

Task<std::vector<Payment>> payments_of(pg::Session& db, InvoiceId invoice) {
  co_return all_payments(co_await db.query(select_of_invoice, pg::Params{}.add(invoice.text())));
}

namespace {
#define OF_INVOICES " FROM unnest((SELECT $1::uuid[])) AS asked (invoice) CROSS JOIN LATERAL (SELECT * FROM "
constexpr pg::Statement select_all_of_invoices{
    "SELECT " LISTED_PAYMENT OF_INVOICES
    "payments WHERE invoice_id = asked.invoice OFFSET 0) AS p UNION ALL SELECT " LISTED_REFUND OF_INVOICES
    "refunds WHERE invoice_id = asked.invoice OFFSET 0) AS r ORDER BY id DESC"};
constexpr pg::Statement select_by_ids{"SELECT " LISTED_PAYMENT
                                      " FROM payments WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) UNION ALL SELECT " LISTED_REFUND
                                      " FROM refunds WHERE id = ANY ((SELECT $1::uuid[])::uuid[])"};
}  // namespace

Task<std::vector<Payment>> payments_of(pg::Session& db, const std::vector<InvoiceId>& invoices) {
  co_return all_payments(co_await db.query(select_all_of_invoices, pg::Params{}.add_array(invoices)));
}

Task<std::vector<Payment>> find_payments(pg::Session& db, const std::vector<PaymentId>& ids) {
  co_return all_payments(co_await db.query(select_by_ids, pg::Params{}.add_array(ids)));
}

namespace {

#define PAYABLE_COLUMNS                                                                                                          \
  "i.id, i.user_id, i.due_cents, i.currency, i.status, i.collection, i.next_attempt_at, i.declined_count, i.unreachable_count, " \
  "u.payment_method, i.due_on IS NOT NULL, i.schedule_from"

// Before the invoices: whoever lets the balance or a note pay an invoice looks under the user's lock whether an attempt is under way. Nobody is
// locked for an invoice that was collected before its ring was heard.
// LATERAL … OFFSET 0: one by one over their indexes, also by a plan that was made while the tables were small.
constexpr pg::Statement lock_owners{R"(
  SELECT FROM (
    SELECT DISTINCT i.user_id
    FROM unnest((SELECT $1::uuid[])) AS asked (id) CROSS JOIN LATERAL (
      SELECT user_id, status FROM invoices WHERE id = asked.id OFFSET 0) AS i
    WHERE i.status::text = 'open' OR EXISTS (SELECT FROM payments p WHERE p.invoice_id = asked.id AND p.status = 'pending')
    ORDER BY i.user_id
  ) AS owner
  CROSS JOIN LATERAL (SELECT FROM users WHERE id = owner.user_id OFFSET 0 FOR NO KEY UPDATE) AS locked)"};
// Status as text: else it is looked up among all that are open, who are many on a billing day, by a plan that was made while they were few.
constexpr pg::Statement lock_collected_invoices{"SELECT " PAYABLE_COLUMNS R"(,
    CASE WHEN $2 <> '' THEN (SELECT reference FROM provider_customers WHERE user_id = i.user_id AND provider = $2) END
  FROM invoices i JOIN users u ON u.id = i.user_id
  WHERE i.id = ANY ((SELECT $1::uuid[])::uuid[])
    AND (i.status::text = 'open' OR EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending'))
  ORDER BY i.id FOR NO KEY UPDATE OF i)"};
constexpr pg::Statement lock_invoices{"SELECT " PAYABLE_COLUMNS R"(
  FROM invoices i JOIN users u ON u.id = i.user_id
  WHERE i.id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY i.id FOR NO KEY UPDATE OF i)"};
// LATERAL … OFFSET 0: invoice by invoice over its index, also by a plan that was made while the table was small. An invoice without attempts is
// a row as well, for the time: of PostgreSQL's clock, once the invoices are locked.
constexpr pg::Statement select_of_invoices{"SELECT " PAYMENT_COLUMNS R"(, process_is_gone(claimed_by), clock_timestamp()
  FROM unnest((SELECT $1::uuid[])) AS asked (invoice)
  LEFT JOIN LATERAL (SELECT * FROM payments WHERE invoice_id = asked.invoice OFFSET 0) p ON true
  ORDER BY id DESC)"};
constexpr int abandoned_column = 24;
constexpr int looked_at_column = 25;

constexpr int customer_column = 12;  // of lock_collected_invoices

Payable payable_of(pg::Row row) {
  return {.id = row.as<InvoiceId>(0),
          .user_id = row.as<UserId>(1),
          .amount = Money{row.integer(2), row.as<Currency>(3)},
          .status = row.as(4, parse_invoice_status),
          .collection = row.as(5, parse_collection),
          .next_attempt_at = row.optional_instant(6),
          .declined_count = row.integer(7),
          .unreachable_count = row.integer(8),
          .schedule_from = row.integer(11),
          .payment_method = row.optional_text(9),
          .by_invoice = row.boolean(10),
          .looked_at = {},
          .attempts = {}};
}

}  // namespace

bool has_other_method(const Payment& attempt, const Payable& invoice) {
  return invoice.payment_method && invoice.payment_method != attempt.payment_method;
}

Task<std::vector<Payable>> lock_payables(pg::Transaction& tx, const std::vector<InvoiceId>& ids, std::string_view provider) {
  const auto params = pg::Params{}.add_array(ids);
  tx.send(lock_owners, params);
  std::vector<Payable> payables;
  for (const auto row : co_await tx.query(lock_collected_invoices, pg::Params{params}.add(provider))) {
    payables.push_back(payable_of(row));
    payables.back().provider_customer = row.optional_text(customer_column);
  }
  if (payables.empty()) co_return payables;
  const auto rows = co_await tx.query(select_of_invoices, params);
  for (auto& payable : payables) payable.looked_at = rows[0].instant(looked_at_column);
  for (const auto row : rows) {
    if (row.is_null(0)) continue;
    auto payment = payment_of(row);
    payment.abandoned = row.boolean(abandoned_column);
    const auto owner = std::ranges::find(payables, payment.invoice_id, &Payable::id);
    if (owner != payables.end()) owner->attempts.push_back(std::move(payment));
  }
  co_return payables;
}

namespace {
constexpr pg::Statement insert_payments{R"(
  INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, payment_method, amount_cents, currency, status, attempted_at,
                        claimed_until, claimed_by, created_at, updated_at, provider_customer)
  SELECT id, invoice_id, user_id, attempt_key, kind, provider, payment_method, amount_cents, currency, 'pending', $9, $10, $12, $9, $9, provider_customer
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::payment_kind[], $6::text[], $7::bigint[], $8::text[], $11::text[],
              $13::text[])
    AS p (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, payment_method, provider_customer))"};
}

void insert_pending(pg::Transaction& tx, const Context& context, const std::vector<Payment>& payments) {
  if (payments.empty()) return;
  std::vector<PaymentId> ids;
  std::vector<InvoiceId> invoices;
  std::vector<UserId> users;
  std::vector<std::string> keys, kinds, providers, currencies;
  std::vector<std::optional<std::string>> methods, customers;
  std::vector<std::int64_t> amounts;
  std::vector<audit::Entry> entries;
  for (const auto& payment : payments) {
    ids.push_back(payment.id);
    invoices.push_back(payment.invoice_id);
    users.push_back(payment.user_id);
    keys.push_back(payment.attempt_key);
    kinds.emplace_back(to_text(payment.kind));
    providers.push_back(payment.provider);
    methods.push_back(payment.payment_method);
    customers.push_back(payment.provider_customer);
    amounts.push_back(payment.amount.minor());
    currencies.emplace_back(payment.amount.currency().code());
    if (payment.kind != PaymentKind::scheduled)
      entries.push_back({"payment.started", "payment", payment.id.text(), payment.user_id.text(), {}, "pending"});
  }
  pg::Params params;
  params.add_array(ids).add_array(invoices).add_array(users).add_array(keys).add_array(kinds).add_array(providers).add_array(amounts);
  params.add_array(currencies).add(payments.front().attempted_at).add(payments.front().claimed_until).add_array(methods);
  params.add(context.process).add_array(customers);
  tx.send(insert_payments, std::move(params));
  audit::record(tx, context, entries);
}

namespace {
constexpr pg::Statement insert_recorded_row{R"(
  INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, provider_reference, received_on, amount_cents, currency,
                        overpaid_cents, status, attempted_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, 'recorded', $5, $6, $7, $8, $9, $10, 'succeeded', $11, $11, $11))"};
}

void insert_recorded(pg::Transaction& tx, const Context& context, const Payment& payment) {
  pg::Params params;
  params.add(payment.id.text()).add(payment.invoice_id.text()).add(payment.user_id.text()).add(payment.attempt_key).add(payment.provider);
  params.add(payment.provider_reference).add(payment.received_on).add(payment.amount.minor()).add(payment.amount.currency().code());
  params.add(payment.overpaid).add(payment.attempted_at);
  tx.send(insert_recorded_row, std::move(params));
  audit::record(tx, context, {{"payment.recorded", "payment", payment.id.text(), payment.user_id.text(), {}, "succeeded"}});
}

namespace {
constexpr pg::Statement update_claims{R"(
  UPDATE payments SET attempted_at = $2, updated_at = $2, claimed_until = $3, claimed_by = $4, calls = calls + 1
  WHERE id = ANY ((SELECT $1::uuid[])::uuid[]))"};
}

void claim_again(pg::Transaction& tx, const Context& context, const std::vector<PaymentId>& ids, Instant claimed_until) {
  if (ids.empty()) return;
  tx.send(update_claims, pg::Params{}.add_array(ids).add(context.clock.now()).add(claimed_until).add(context.process));
}

namespace {
// Status as text: not over the index of all that are pending. One of which nothing is known, of an invoice that was paid in some other way, is asked
// about again after a while.
constexpr pg::Statement update_outcomes{R"(
  UPDATE payments p
  SET status = f.status, failure_code = f.failure_code, claimed_by = NULL, updated_at = $4,
      claimed_until = CASE WHEN f.status = 'pending' AND (SELECT status::text FROM invoices WHERE id = p.invoice_id) <> 'open'
                           THEN clock_timestamp() + least(p.calls, 360) * interval '1 minute' END,
      provider_reference = coalesce(f.reference, p.provider_reference), decline = f.decline, next_action_url = f.next_action_url,
      resolution = f.resolution
  FROM unnest($1::uuid[], $2::payment_status[], $3::text[], $5::text[], $6::timestamptz[], $7::payment_decline[], $8::text[],
              $9::text[])
    AS f (id, status, failure_code, reference, claimed_until, decline, next_action_url, resolution)
  WHERE p.id = f.id AND p.status::text = 'pending' AND (f.status <> 'pending' OR p.claimed_until = f.claimed_until)
  RETURNING p.id)"};
}  // namespace

namespace {

pg::Params params_of(const std::vector<Finished>& finished, Instant now) {
  std::vector<PaymentId> ids;
  std::vector<std::string> statuses;
  std::vector<std::optional<Instant>> claims;
  std::vector<std::optional<std::string>> codes, references, declines, urls, resolutions;
  for (const auto& one : finished) {
    ids.push_back(one.id);
    declines.push_back(one.decline.transform([](Decline decline) { return std::string{to_text(decline)}; }));
    urls.push_back(one.next_action_url);
    resolutions.push_back(one.resolution);
    statuses.emplace_back(to_text(one.status));
    codes.push_back(one.failure_code);
    references.push_back(one.provider_reference);
    claims.push_back(one.claimed_until);
  }
  pg::Params params;
  params.add_array(ids).add_array(statuses).add_array(codes).add(now).add_array(references).add_array(claims);
  params.add_array(declines).add_array(urls).add_array(resolutions);
  return params;
}

}  // namespace

Task<Ended> finish_payments(pg::Transaction& tx, const std::vector<InvoiceId>& invoices, const std::vector<Finished>& finished,
                            Instant now) {
  const auto rows = co_await tx.query_all({{lock_invoices, pg::Params{}.add_array(invoices)}, {update_outcomes, params_of(finished, now)}});
  Ended ended;
  for (const auto row : rows[0]) ended.invoices.push_back(payable_of(row));
  for (const auto row : rows[1]) ended.payments.insert(row.as<PaymentId>(0));
  co_return ended;
}

// Each half in the order of an index, so that it reads no more than the limit, however much is due.
constinit const pg::DueRows due_invoices DUE_ROWS("invoices", "next_attempt_at", R"(
  SELECT id FROM (
    (SELECT i.id, i.next_attempt_at FROM invoices i
     WHERE i.next_attempt_at <= $1
       AND NOT EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending' AND p.claimed_until > clock_timestamp()
                         AND NOT process_is_gone(p.claimed_by))
     ORDER BY i.next_attempt_at, i.id LIMIT $2)
    UNION
    (SELECT i.id, i.next_attempt_at FROM payments p JOIN invoices i ON i.id = p.invoice_id
     WHERE p.status = 'pending' AND (p.claimed_until <= clock_timestamp() OR (p.claimed_until IS NULL AND i.status <> 'open')) ORDER BY p.invoice_id LIMIT $2)
  ) AS due
  ORDER BY next_attempt_at, id LIMIT $2)");

namespace {
constexpr pg::Statement select_stuck{R"(
  SELECT (SELECT count(*) FROM payments WHERE status = 'pending' AND claimed_until < clock_timestamp() - interval '10 minutes')
       + (SELECT count(*) FROM refunds WHERE status = 'pending' AND claimed_until < clock_timestamp() - interval '10 minutes'))"};
}

Task<std::int64_t> count_stuck(pg::Session& db) {
  const auto rows = co_await db.query(select_stuck);
  co_return rows[0].integer(0);
}

}  // namespace billing::payments
