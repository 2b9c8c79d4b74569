#include "rooms/disputes/store.hpp"

#include "rooms/audit/store.hpp"

namespace billing::disputes {
namespace {

// The id of a dispute that is known stays, and one that is over stays as it is.
constexpr pg::Statement upsert{R"(
  INSERT INTO disputes AS d (id, payment_id, invoice_id, user_id, provider, reference, amount_cents, currency, status, reason, respond_by, opened_at,
                             created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
  ON CONFLICT ON CONSTRAINT disputes_reference DO UPDATE
  SET amount_cents = excluded.amount_cents, status = excluded.status, reason = excluded.reason, respond_by = excluded.respond_by,
      updated_at = excluded.updated_at
  WHERE d.status IN ('needs_response', 'under_review')
    AND (d.amount_cents, d.status, d.reason, d.respond_by) IS DISTINCT FROM
        (excluded.amount_cents, excluded.status, excluded.reason, excluded.respond_by)
  RETURNING d.id)"};

}  // namespace

Task<bool> keep(pg::Transaction& tx, const Context& context, const Dispute& dispute) {
  pg::Params params;
  params.add(dispute.id.text()).add(dispute.payment.text()).add(dispute.invoice.text()).add(dispute.user_id.text());
  params.add(dispute.provider).add(dispute.reference).add(dispute.amount.minor()).add(dispute.amount.currency().code());
  params.add(to_text(dispute.status)).add(dispute.reason).add(dispute.respond_by).add(dispute.opened_at).add(context.clock.now());
  const auto kept = co_await tx.query(upsert, std::move(params));
  if (kept.empty()) co_return false;
  audit::record(
      tx, context,
      {{"payment.disputed", "payment", dispute.payment.text(), dispute.user_id.text(), {}, std::string{to_text(dispute.status)}}});
  co_return true;
}

namespace {

constexpr pg::Statement select_disputes{R"(
  SELECT id, payment_id, invoice_id, user_id, provider, reference, amount_cents, currency, status, reason, respond_by, opened_at, created_at, updated_at
  FROM disputes
  WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::uuid IS NULL OR payment_id = $2) AND ($3::text IS NULL OR status = $3)
    AND ($4::uuid IS NULL OR id < $4)
  ORDER BY id DESC LIMIT $5)",
                                        pg::Planned::for_its_values};

}  // namespace

Task<std::vector<Dispute>> find_disputes(pg::Session& db, const DisputeFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  const auto status = filter.status.transform([](DisputeStatus one) { return std::string{to_text(one)}; });
  pg::Params params;
  params.add(filter.user.transform(&UserId::text)).add(filter.payment.transform(&PaymentId::text)).add(status).add(after).add(limit);
  std::vector<Dispute> disputes;
  for (const auto row : co_await db.query(select_disputes, std::move(params))) {
    disputes.push_back({.id = row.as<DisputeId>(0),
                        .payment = row.as<PaymentId>(1),
                        .invoice = row.as<InvoiceId>(2),
                        .user_id = row.as<UserId>(3),
                        .provider = std::string{row.text(4)},
                        .reference = std::string{row.text(5)},
                        .amount = Money{row.integer(6), row.as<Currency>(7)},
                        .status = row.as(8, parse_dispute_status),
                        .reason = std::string{row.text(9)},
                        .respond_by = row.optional_instant(10),
                        .opened_at = row.instant(11),
                        .created_at = row.instant(12),
                        .updated_at = row.instant(13)});
  }
  co_return disputes;
}

namespace {
constexpr pg::Statement select_open{R"(
  SELECT reference FROM disputes WHERE provider = $1 AND status IN ('needs_response', 'under_review') ORDER BY id)"};
}

Task<std::vector<std::string>> open_references(pg::Session& db, std::string_view provider) {
  std::vector<std::string> references;
  for (const auto row : co_await db.query(select_open, pg::Params{}.add(provider))) references.emplace_back(row.text(0));
  co_return references;
}

}  // namespace billing::disputes
