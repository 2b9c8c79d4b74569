#include "rooms/grants/store.hpp"

#include <algorithm>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::grants {
namespace {

constexpr std::string_view sources[] = {"credit_note", "credit", "overpayment", "failed_refund"};

std::optional<GrantSource> parse_source(std::string_view text) {
  const auto* found = std::ranges::find(sources, text);
  if (found == std::end(sources)) return std::nullopt;
  return static_cast<GrantSource>(found - std::begin(sources));
}

#define GRANT_COLUMNS                                                                                                                \
  "id, user_id, amount_cents, currency, expires_on, source, credit_note_id, reason, used_cents, ended_cents, ended_at, created_at, " \
  "payment_id, refund_id"

/// Of GRANT_COLUMNS.
Grant grant_of(pg::Row row) {
  return {.id = row.as<GrantId>(0),
          .user_id = row.as<UserId>(1),
          .amount = Money{row.integer(2), row.as<Currency>(3)},
          .expires_on = row.optional_date(4),
          .source = row.as(5, parse_source),
          .credit_note = row.is_null(6) ? std::nullopt : std::optional{row.as<CreditNoteId>(6)},
          .payment = row.is_null(12) ? std::nullopt : std::optional{row.as<PaymentId>(12)},
          .refund = row.is_null(13) ? std::nullopt : std::optional{row.as<RefundId>(13)},
          .reason = row.optional_text(7),
          .used = row.integer(8),
          .ended = row.integer(9),
          .ended_at = row.optional_instant(10),
          .created_at = row.instant(11)};
}

constexpr pg::Statement insert_rows{R"(
  INSERT INTO grants (id, user_id, amount_cents, currency, expires_on, source, credit_note_id, reason, payment_id, refund_id, created_at)
  SELECT *, $9 FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::date[], $6::grant_source[], $7::uuid[], $8::text[], $10::uuid[], $11::uuid[]))"};

}  // namespace

std::string_view to_text(GrantSource source) { return sources[static_cast<std::size_t>(source)]; }

void insert_grants(pg::Transaction& tx, const Context& context, const std::vector<Grant>& grants) {
  if (grants.empty()) return;
  std::vector<GrantId> ids;
  std::vector<UserId> users;
  std::vector<std::int64_t> amounts;
  std::vector<std::string> currencies, kinds;
  std::vector<std::optional<Date>> expiries;
  std::vector<std::optional<CreditNoteId>> notes;
  std::vector<std::optional<PaymentId>> payments;
  std::vector<std::optional<RefundId>> refunds;
  std::vector<std::optional<std::string>> reasons;
  std::vector<audit::Entry> entries;
  for (const auto& grant : grants) {
    ids.push_back(grant.id);
    users.push_back(grant.user_id);
    amounts.push_back(grant.amount.minor());
    currencies.emplace_back(grant.amount.currency().code());
    expiries.push_back(grant.expires_on);
    kinds.emplace_back(to_text(grant.source));
    notes.push_back(grant.credit_note);
    refunds.push_back(grant.refund);
    reasons.push_back(grant.reason);
    payments.push_back(grant.payment);
    entries.push_back({"credit.granted", "credit", grant.id.text(), grant.user_id.text(), {}, {}});
  }
  pg::Params params;
  params.add_array(ids).add_array(users).add_array(amounts).add_array(currencies).add_array(expiries).add_array(kinds).add_array(notes);
  params.add_array(reasons).add(context.clock.now()).add_array(payments).add_array(refunds);
  tx.send(insert_rows, std::move(params));
  audit::record(tx, context, entries);
}

namespace {
constexpr pg::Statement insert_use_rows{R"(
  INSERT INTO grant_uses (id, grant_id, invoice_id, amount_cents, created_at)
  SELECT *, $5 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]))"};
constexpr pg::Statement return_uses{"UPDATE grant_uses SET given_back = true WHERE invoice_id = $1 AND NOT given_back"};
}  // namespace

void insert_uses(pg::Transaction& tx, const std::vector<Use>& uses, Instant now) {
  if (uses.empty()) return;
  std::vector<pg::UuidBytes> ids;
  std::vector<GrantId> grants;
  std::vector<InvoiceId> invoices;
  std::vector<std::int64_t> amounts;
  for (const auto& use : uses) {
    ids.push_back(new_uuid7());
    grants.push_back(use.grant);
    invoices.push_back(use.invoice);
    amounts.push_back(use.amount);
  }
  tx.send(insert_use_rows, pg::Params{}.add_array(ids).add_array(grants).add_array(invoices).add_array(amounts).add(now));
}

void give_back(pg::Transaction& tx, InvoiceId invoice) { tx.send(return_uses, pg::Params{}.add(invoice.text())); }

namespace {
constexpr pg::Statement select_usable{"SELECT " GRANT_COLUMNS R"(
  FROM grants WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND used_cents + ended_cents < amount_cents ORDER BY user_id, id)"};
constexpr pg::Statement select_page{"SELECT " GRANT_COLUMNS R"(
  FROM grants WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3)",
                                    pg::Planned::for_its_values};
constexpr pg::Statement select_one{"SELECT " GRANT_COLUMNS R"(
  FROM grants WHERE id = $1)"};
constexpr pg::Statement update_ended{
    "UPDATE grants SET ended_cents = amount_cents - used_cents, ended_at = $2 WHERE id = $1 AND ended_at IS NULL"};
constexpr pg::Statement update_expired{R"(
  UPDATE grants SET expired_at = $2 WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND expires_at <= $2 RETURNING id, user_id)"};
constexpr pg::Statement select_balances{R"(
  SELECT currency, sum(amount_cents - used_cents - ended_cents)
  FROM grants WHERE user_id = $1 AND used_cents + ended_cents < amount_cents AND (expires_on IS NULL OR expires_on > $2)
  GROUP BY currency ORDER BY currency)"};
}  // namespace

pg::Query usable_query(const std::vector<UserId>& user_ids) { return {select_usable, pg::Params{}.add_array(user_ids)}; }

std::map<UserId, std::vector<Grant>> read_usable(const pg::Result& rows) {
  std::map<UserId, std::vector<Grant>> grants;
  for (const auto row : rows) {
    auto grant = grant_of(row);
    grants[grant.user_id].push_back(std::move(grant));
  }
  return grants;
}

Task<std::map<UserId, std::vector<Grant>>> find_usable(pg::Session& db, const std::vector<UserId>& user_ids) {
  co_return read_usable(co_await db.query(select_usable, pg::Params{}.add_array(user_ids)));
}

Task<std::vector<Grant>> find_grants(pg::Session& db, UserId user, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Grant> grants;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(user.text()).add(after).add(limit)))
    grants.push_back(grant_of(row));
  co_return grants;
}

Task<std::optional<Grant>> find_grant(pg::Session& db, GrantId id) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return grant_of(rows[0]);
}

void end_grant(pg::Transaction& tx, const Context& context, const Grant& grant) {
  tx.send(update_ended, pg::Params{}.add(grant.id.text()).add(context.clock.now()));
  audit::record(tx, context, {{"credit.ended", "credit", grant.id.text(), grant.user_id.text(), {}, {}}});
}

Task<void> note_expired(pg::Transaction& tx, const Context& context, const std::vector<GrantId>& ids) {
  std::vector<audit::Entry> entries;
  for (const auto row : co_await tx.query(update_expired, pg::Params{}.add_array(ids).add(context.clock.now()))) {
    entries.push_back({"credit.expired", "credit", std::string{row.text(0)}, std::string{row.text(1)}, {}, {}});
  }
  audit::record(tx, context, entries);
}

Task<std::vector<Money>> balances_of(pg::Session& db, UserId user, Date today) {
  std::vector<Money> balances;
  for (const auto row : co_await db.query(select_balances, pg::Params{}.add(user.text()).add(today))) {
    balances.emplace_back(row.integer(1), row.as<Currency>(0));
  }
  co_return balances;
}

namespace {
constexpr pg::Statement select_balances_of{R"(
  SELECT user_id, currency, sum(amount_cents - used_cents - ended_cents)
  FROM grants
  WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND used_cents + ended_cents < amount_cents AND (expires_on IS NULL OR expires_on > $2)
  GROUP BY user_id, currency ORDER BY user_id, currency)"};
}

Task<std::map<UserId, std::vector<Money>>> balances_of(pg::Session& db, const std::vector<UserId>& users, Date today) {
  std::map<UserId, std::vector<Money>> balances;
  for (const auto row : co_await db.query(select_balances_of, pg::Params{}.add_array(users).add(today))) {
    balances[row.as<UserId>(0)].emplace_back(row.integer(2), row.as<Currency>(1));
  }
  co_return balances;
}

std::vector<Use> take(std::vector<Grant>& grants, InvoiceId invoice, Money due, Date today) {
  std::vector<GrantLeft> left;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    if (grants[i].amount.currency() != due.currency() || grants[i].left() == 0) continue;
    left.push_back({static_cast<std::int64_t>(i), grants[i].expires_on, grants[i].left()});
    places.push_back(i);
  }
  std::vector<Use> uses;
  for (const auto& use : use_grants(left, due.minor(), today)) {
    auto& grant = grants[places[use.grant]];
    grant.used += use.amount;
    uses.push_back({grant.id, invoice, use.amount});
  }
  return uses;
}

}  // namespace billing::grants
