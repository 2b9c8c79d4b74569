#include "rooms/emails/store.hpp"

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::emails {
namespace {

constexpr pg::Statement begin_mark{R"(
  INSERT INTO email_mark AS m (sequence, looked_at) SELECT coalesce(max(sequence), 0), clock_timestamp() FROM events
  ON CONFLICT (only_row) DO UPDATE SET sequence = excluded.sequence, looked_at = excluded.looked_at
  WHERE m.looked_at < clock_timestamp() - interval '1 day')"};

// A charge that is not tried again asks for another card. One by hand that is declined is known to whoever asked for it.
constexpr pg::Statement make_all{R"(
  WITH mark AS MATERIALIZED (
    SELECT sequence, looked_at FROM email_mark FOR UPDATE SKIP LOCKED
  ), fresh AS MATERIALIZED (
    SELECT e.* FROM events e WHERE e.sequence > (SELECT sequence FROM mark) ORDER BY e.sequence LIMIT $1
  ), told AS (
    SELECT f.id, f.user_id, f.at, i.id AS invoice_id, p.id AS payment_id, CASE f.object WHEN 'subscription' THEN f.object_id END AS subscription_id,
           CASE
             WHEN f.type = 'invoice.created' AND i.amount_cents > 0 THEN 'invoice_issued'
             WHEN f.type = 'payment.succeeded' THEN 'payment_succeeded'
             WHEN f.type = 'payment.action_required' THEN 'payment_failed'
             WHEN f.type = 'payment.failed' AND p.kind <> 'manual' AND i.collection = 'uncollected'
               AND NOT EXISTS (SELECT FROM payments later WHERE later.invoice_id = p.invoice_id AND later.id > p.id) THEN 'card_needed'
             WHEN f.type = 'payment.failed' AND p.kind <> 'manual' THEN 'payment_failed'
             WHEN f.type = 'subscription.trial_ending' THEN 'trial_ending'
           END::email_kind AS kind
    FROM fresh f
    LEFT JOIN payments p ON f.object = 'payment' AND p.id = f.object_id
    LEFT JOIN invoices i ON i.id = CASE f.object WHEN 'invoice' THEN f.object_id ELSE p.invoice_id END
    WHERE f.type IN ('invoice.created', 'payment.succeeded', 'payment.action_required', 'payment.failed', 'subscription.trial_ending')
  ), made AS (
    INSERT INTO emails (id, kind, user_id, invoice_id, payment_id, subscription_id, due_at, created_at)
    SELECT id, kind, user_id, invoice_id, payment_id, subscription_id, clock_timestamp(), at
    FROM told WHERE kind IS NOT NULL AND user_id IS NOT NULL AND kind <> ALL ((SELECT off FROM email_settings)::email_kind[])
    ON CONFLICT (id) DO NOTHING
    RETURNING 1
  ), moved AS (
    UPDATE email_mark SET sequence = coalesce((SELECT max(sequence) FROM fresh), sequence), looked_at = clock_timestamp()
    WHERE EXISTS (SELECT FROM fresh) OR (EXISTS (SELECT FROM mark) AND looked_at < clock_timestamp() - interval '10 minutes')
  )
  SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM made))"};

}  // namespace

Task<void> begin(pg::Session& db) { co_await db.query(begin_mark); }

Task<Made> make_emails(pg::Session& db, std::int64_t most_events) {
  const auto rows = co_await db.query(make_all, pg::Params{}.add(most_events));
  co_return Made{rows[0].integer(0), rows[0].integer(1)};
}

namespace {

// A claim is longer than an attempt may take.
constexpr pg::Statement claim{R"(
  UPDATE emails SET claim = gen_random_uuid(), claimed_by = $1, claimed_until = clock_timestamp() + interval '3 minutes', attempts = attempts + 1,
                    attempted_at = clock_timestamp()
  WHERE id = ANY (ARRAY(
    SELECT id FROM emails
    WHERE due_at <= clock_timestamp() AND ending_at IS NULL
      AND (claimed_until IS NULL OR claimed_until <= clock_timestamp() OR process_is_gone(claimed_by))
    ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING id, claim, kind, attempts, invoice_id)"};
constexpr pg::Statement end_unknowns{R"(
  UPDATE emails SET status = 'unknown', due_at = NULL, claim = NULL, claimed_by = NULL, claimed_until = NULL, code = NULL,
                    reply = 'the process that sent it ended before the server''s answer had come'
  WHERE due_at IS NOT NULL AND ending_at IS NOT NULL AND (claimed_until <= clock_timestamp() OR process_is_gone(claimed_by)))"};
constexpr pg::Statement note_end{R"(
  UPDATE emails SET ending_at = clock_timestamp() WHERE id = $1 AND claim = $2 AND status = 'pending' AND claimed_until > clock_timestamp() RETURNING 1)"};
constexpr pg::Statement finish_one{R"(
  UPDATE emails SET status = $3::email_status, due_at = CASE $3 WHEN 'pending' THEN clock_timestamp() + make_interval(secs => $4) END,
                    sent_at = CASE $3 WHEN 'sent' THEN clock_timestamp() END, claim = NULL, claimed_by = NULL, claimed_until = NULL,
                    ending_at = CASE $3 WHEN 'pending' THEN NULL ELSE ending_at END, code = nullif($5::int, 0), reply = nullif($6, ''),
                    to_address = coalesce($7, to_address), subject = coalesce($8, subject)
  WHERE id = $1 AND ((claim = $2 AND status = 'pending') OR (status = 'unknown' AND attempts = $9)))"};

}  // namespace

Task<std::vector<Claimed>> claim_due(pg::Session& db, const std::optional<std::string>& process, std::int64_t most) {
  std::vector<Claimed> claimed;
  for (const auto row : co_await db.query(claim, pg::Params{}.add(process).add(most))) {
    claimed.push_back({row.as<EmailId>(0), std::string{row.text(1)}, std::string{row.text(2)}, row.integer(3),
                       row.is_null(4) ? std::nullopt : std::optional{row.as<InvoiceId>(4)}});
  }
  co_return claimed;
}

Task<void> end_unknown(pg::Session& db) { co_await db.query(end_unknowns); }

Task<bool> note_ending(pg::Session& db, const Claimed& email) {
  co_return !(co_await db.query(note_end, pg::Params{}.add(email.id.text()).add(email.claim))).empty();
}

Task<void> finish(pg::Session& db, const Claimed& email, const Ended& ended) {
  pg::Params params;
  params.add(email.id.text())
      .add(email.claim)
      .add(ended.status)
      .add(std::int64_t{ended.again_after.value_or(std::chrono::seconds{0}).count()});
  params.add(ended.code).add(ended.reply).add(ended.to_address).add(ended.subject).add(email.attempts);
  co_await db.query(finish_one, std::move(params));
}

std::optional<std::chrono::seconds> again_after(std::int64_t attempts) {
  using namespace std::chrono_literals;
  constexpr std::chrono::seconds waits[] = {1min, 5min, 15min, 1h, 4h, 12h, 24h, 24h};
  if (attempts < 1 || std::cmp_greater(attempts, std::size(waits))) return std::nullopt;
  return waits[attempts - 1];
}

namespace {

constexpr pg::Statement select_emails{R"(
  SELECT id, kind, user_id, invoice_id, payment_id, subscription_id, status, to_address, subject, attempts, due_at, attempted_at, code, reply, sent_at, created_at
  FROM emails
  WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::email_status IS NULL OR status = $2) AND ($3::uuid IS NULL OR id < $3)
  ORDER BY id DESC LIMIT $4)",
                                      pg::Planned::for_its_values};
constexpr pg::Statement select_settings{R"(
  SELECT k::text, k <> ALL (s.off), s.payment_url FROM email_settings s, unnest(enum_range(NULL::email_kind)) AS k ORDER BY k)"};
constexpr pg::Statement update_settings{"UPDATE email_settings SET off = $1::email_kind[], payment_url = $2"};

}  // namespace

Task<std::vector<Email>> find_emails(pg::Session& db, const EmailFilter& filter, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Email> emails;
  pg::Params params;
  params.add(filter.user.transform(&UserId::text)).add(filter.status).add(after).add(limit);
  for (const auto row : co_await db.query(select_emails, std::move(params))) {
    emails.push_back({.id = row.as<EmailId>(0),
                      .kind = std::string{row.text(1)},
                      .user_id = row.as<UserId>(2),
                      .invoice_id = row.optional_text(3),
                      .payment_id = row.optional_text(4),
                      .subscription_id = row.optional_text(5),
                      .status = std::string{row.text(6)},
                      .to_address = row.optional_text(7),
                      .subject = row.optional_text(8),
                      .attempts = row.integer(9),
                      .due_at = row.optional_instant(10),
                      .attempted_at = row.optional_instant(11),
                      .code = row.optional_integer(12),
                      .reply = row.optional_text(13),
                      .sent_at = row.optional_instant(14),
                      .created_at = row.instant(15)});
  }
  co_return emails;
}

Task<Settings> find_settings(pg::Session& db) {
  Settings settings;
  for (const auto row : co_await db.query(select_settings)) {
    settings.kinds.emplace(row.text(0), row.boolean(1));
    settings.payment_url = row.optional_text(2);
  }
  co_return settings;
}

void save_settings(pg::Transaction& tx, const Context& context, const Settings& settings) {
  std::vector<std::string> off;
  for (const auto& [kind, on] : settings.kinds) {
    if (!on) off.push_back(kind);
  }
  tx.send(update_settings, pg::Params{}.add_array(off).add(settings.payment_url));
  audit::record(tx, context, {{"settings.emails_updated", "settings", "emails", {}, {}, {}}});
}

}  // namespace billing::emails
