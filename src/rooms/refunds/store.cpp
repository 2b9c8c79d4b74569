#include "rooms/refunds/store.hpp"

#include <algorithm>

#include "platform/queue/queue.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::refunds {
namespace {

// What was beyond what was due is the user's balance already.
constexpr pg::Statement select_refundable{R"(
  SELECT invoice_id, id, amount_cents - overpaid_cents - refunded_cents
  FROM payments
  WHERE invoice_id = ANY ((SELECT $1::uuid[])::uuid[]) AND status::text = 'succeeded' AND kind <> 'recorded'
  ORDER BY id DESC)"};

}  // namespace

Task<RefundableOf> refundable_of(pg::Session& db, const std::vector<InvoiceId>& invoices) {
  RefundableOf found;
  if (invoices.empty()) co_return found;
  for (const auto row : co_await db.query(select_refundable, pg::Params{}.add_array(invoices))) {
    if (row.integer(2) > 0) found[row.as<InvoiceId>(0)].push_back({row.as<PaymentId>(1), row.integer(2)});
  }
  co_return found;
}

std::int64_t refundable_in_all(const std::vector<Refundable>& payments) {
  Int128 sum = 0;
  for (const auto& payment : payments) sum += payment.left;
  return narrowed(sum, "what can be refunded");
}

std::vector<NewRefund> refunds_of(CreditNoteId note, InvoiceId invoice, UserId user, Money amount,
                                  const std::vector<Refundable>& payments) {
  std::vector<std::int64_t> left;
  for (const auto& payment : payments) left.push_back(payment.left);
  std::vector<NewRefund> refunds;
  for (const auto& part : refund_of(amount.minor(), left)) {
    refunds.push_back({RefundId{new_uuid7()}, note, payments[part.payment].payment, invoice, user, Money{part.amount, amount.currency()}});
  }
  return refunds;
}

namespace {
constexpr pg::Statement insert_rows{R"(
  INSERT INTO refunds (id, credit_note_id, payment_id, invoice_id, user_id, provider, payment_method, currency, refund_key, amount_cents,
                       next_attempt_at, attempted_at, created_at, updated_at)
  SELECT r.id, r.credit_note_id, p.id, p.invoice_id, p.user_id, p.provider, p.payment_method, p.currency, 'refund-' || r.id, r.amount, $1, $1, $1, $1
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[]) AS r (id, credit_note_id, payment_id, amount)
  JOIN payments p ON p.id = r.payment_id)"};
}

void insert_refunds(pg::Transaction& tx, const Context& context, const std::vector<NewRefund>& refunds) {
  if (refunds.empty()) return;
  std::vector<RefundId> ids;
  std::vector<CreditNoteId> notes;
  std::vector<PaymentId> payments;
  std::vector<std::string> to_send;
  std::vector<std::int64_t> amounts;
  std::vector<audit::Entry> entries;
  for (const auto& refund : refunds) {
    ids.push_back(refund.id);
    to_send.push_back(refund.id.text());
    notes.push_back(refund.credit_note);
    payments.push_back(refund.payment);
    amounts.push_back(refund.amount.minor());
    entries.push_back({"payment.refund_started", "payment", to_send.back(), refund.user_id.text(), {}, "pending"});
  }
  tx.send(insert_rows, pg::Params{}.add(context.clock.now()).add_array(ids).add_array(notes).add_array(payments).add_array(amounts));
  audit::record(tx, context, entries);
  tx.after_commit([&queue = context.queue, to_send = std::move(to_send)] { queue.ring(send_refunds_job, to_send, refunds_per_ring); });
}

namespace {
constexpr pg::Statement lock_due{R"(
  SELECT id FROM refunds
  WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND ($3 OR next_attempt_at <= $2)
    AND status = 'pending' AND (claimed_until IS NULL OR claimed_until <= clock_timestamp() OR process_is_gone(claimed_by))
  ORDER BY id FOR NO KEY UPDATE)"};
// The claim is longer than any call of the provider. It is in real time, by PostgreSQL's clock.
constexpr pg::Statement claim_locked{R"(
  UPDATE refunds r
  SET claimed_until = clock_timestamp() + interval '60 seconds', claimed_by = $3, calls = r.calls + 1, attempted_at = $2, updated_at = $2
  FROM payments p
  WHERE r.id = ANY ((SELECT $1::uuid[])::uuid[]) AND p.id = r.payment_id
  RETURNING r.id, r.credit_note_id, r.payment_id, r.invoice_id, r.user_id, r.refund_key, r.provider, r.amount_cents, r.currency, r.status,
            r.unreachable_count, r.calls - 1, r.claimed_until, r.payment_method, p.attempt_key, p.provider_reference, r.provider_reference,
            r.created_at)"};

// Likewise, but that no call is under way.
constexpr pg::Statement select_unclaimed{R"(
  SELECT r.id, r.credit_note_id, r.payment_id, r.invoice_id, r.user_id, r.refund_key, r.provider, r.amount_cents, r.currency, r.status,
         r.unreachable_count, r.calls, r.claimed_until, r.payment_method, p.attempt_key, p.provider_reference, r.provider_reference, r.created_at
  FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE r.id = $1 AND (r.claimed_until IS NULL OR r.claimed_until <= clock_timestamp() OR process_is_gone(r.claimed_by)))"};

Refund refund_of_row(pg::Row row) {
  return {.id = row.as<RefundId>(0),
          .credit_note = row.as<CreditNoteId>(1),
          .payment = row.as<PaymentId>(2),
          .invoice = row.as<InvoiceId>(3),
          .user_id = row.as<UserId>(4),
          .key = std::string{row.text(5)},
          .provider = std::string{row.text(6)},
          .amount = Money{row.integer(7), row.as<Currency>(8)},
          .status = row.as(9, parse_payment_status),
          .unreachable_count = row.integer(10),
          .calls = row.integer(11),
          .claimed_until = row.optional_instant(12),
          .payment_method = row.optional_text(13),
          .charge_key = std::string{row.text(14)},
          .charge_reference = row.optional_text(15),
          .reference = row.optional_text(16),
          .created_at = row.instant(17)};
}
}  // namespace

Task<std::vector<Refund>> claim(pg::Transaction& tx, const Context& context, const std::vector<RefundId>& ids, When when) {
  std::vector<std::string> locked;
  const auto now = context.clock.now();
  for (const auto row : co_await tx.query(lock_due, pg::Params{}.add_array(ids).add(now).add(when == When::now)))
    locked.emplace_back(row.text(0));
  std::vector<Refund> refunds;
  if (locked.empty()) co_return refunds;
  for (const auto row : co_await tx.query(claim_locked, pg::Params{}.add_array(locked).add(now).add(context.process))) {
    refunds.push_back(refund_of_row(row));
  }
  co_return refunds;
}

Task<std::optional<Refund>> find_unclaimed(pg::Session& db, RefundId id) {
  const auto rows = co_await db.query(select_unclaimed, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return refund_of_row(rows[0]);
}

namespace {
constexpr pg::Statement update_outcomes{R"(
  UPDATE refunds r
  SET status = f.status, failure_code = f.failure_code, provider_reference = coalesce(f.reference, r.provider_reference),
      next_attempt_at = f.next_attempt_at, unreachable_count = f.unreachable_count, claimed_until = NULL, claimed_by = NULL, updated_at = $1,
      resolution = f.resolution
  FROM unnest($2::uuid[], $3::payment_status[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[], $8::timestamptz[], $9::text[])
    AS f (id, status, failure_code, reference, next_attempt_at, unreachable_count, claimed_until, resolution)
  WHERE r.id = f.id AND r.status = 'pending' AND (f.status <> 'pending' OR r.claimed_until = f.claimed_until)
  RETURNING r.id)"};
}

Task<std::set<RefundId>> finish(pg::Transaction& tx, const std::vector<Finished>& finished, Instant now) {
  std::vector<RefundId> ids;
  std::vector<std::string> statuses;
  std::vector<std::optional<std::string>> codes, references, resolutions;
  std::vector<std::optional<Instant>> next, claims;
  std::vector<std::int64_t> unreachable;
  for (const auto& one : finished) {
    ids.push_back(one.id);
    statuses.emplace_back(to_text(one.status));
    codes.push_back(one.failure_code);
    references.push_back(one.provider_reference);
    resolutions.push_back(one.resolution);
    next.push_back(one.next_attempt_at);
    unreachable.push_back(one.unreachable_count);
    claims.push_back(one.claimed_until);
  }
  pg::Params params;
  params.add(now).add_array(ids).add_array(statuses).add_array(codes).add_array(references).add_array(next).add_array(unreachable);
  params.add_array(claims).add_array(resolutions);
  std::set<RefundId> ended;
  for (const auto row : co_await tx.query(update_outcomes, std::move(params))) ended.insert(row.as<RefundId>(0));
  co_return ended;
}

namespace {
constexpr pg::Statement select_user{"SELECT user_id FROM refunds WHERE id = $1"};
constexpr pg::Statement update_come_back{R"(
  UPDATE refunds SET status = 'failed', failure_code = $2, updated_at = $3 WHERE id = $1 AND status = 'succeeded'
  RETURNING credit_note_id, user_id, amount_cents, currency)"};
}  // namespace

Task<std::optional<UserId>> find_user_of(pg::Session& db, RefundId id) {
  const auto found = co_await db.query(select_user, pg::Params{}.add(id.text()));
  if (found.empty()) co_return std::nullopt;
  co_return found[0].as<UserId>(0);
}

Task<std::optional<CameBack>> note_come_back(pg::Transaction& tx, RefundId id, const std::string& code, Instant now) {
  const auto changed = co_await tx.query(update_come_back, pg::Params{}.add(id.text()).add(code).add(now));
  if (changed.empty()) co_return std::nullopt;
  const auto row = changed[0];
  co_return CameBack{row.as<CreditNoteId>(0), row.as<UserId>(1), Money{row.integer(2), row.as<Currency>(3)}};
}

// In the order of the index. One whose process has died is due at once.
constinit const pg::DueRows due_refunds DUE_ROWS("refunds", "next_attempt_at", R"(
  SELECT id FROM refunds
  WHERE next_attempt_at <= $1 AND (claimed_until IS NULL OR claimed_until <= clock_timestamp() OR process_is_gone(claimed_by))
  ORDER BY next_attempt_at, id LIMIT $2)");

}  // namespace billing::refunds
