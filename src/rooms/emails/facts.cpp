#include "rooms/emails/store.hpp"

namespace billing::emails {
namespace {

// The seller as it is now: a mail is not a document.
constexpr pg::Statement select_facts{R"(
  SELECT u.email, u.name, u.language, u.anonymized_at IS NOT NULL, u.payment_method IS NULL, u.external_id, u.id,
         seller.name, seller.email, seller.footer, (SELECT payment_url FROM email_settings),
         n.number, i.id, i.amount_cents, i.due_cents, i.currency, i.period_start, i.period_end, i.due_on, i.status, i.next_attempt_at,
         p.amount_cents, p.currency, p.failure_code, p.next_action_url, coalesce(p.received_on, p.updated_at::date), p.status::text = 'pending',
         pl.name, s.current_period_end, t.quantity * coalesce((t.overrides ->> 'amount_cents')::bigint, v.amount_cents), pl.currency,
         CASE v.interval_count WHEN 1 THEN v.interval::text ELSE '' END, s.status::text = 'trialing'
  FROM emails e
  JOIN users u ON u.id = e.user_id
  CROSS JOIN LATERAL (SELECT name, email, footer FROM sellers ORDER BY version DESC LIMIT 1) AS seller
  LEFT JOIN invoices i ON i.id = e.invoice_id LEFT JOIN document_numbers n ON n.document_id = i.id
  LEFT JOIN payments p ON p.id = e.payment_id
  LEFT JOIN subscriptions s ON s.id = e.subscription_id
  LEFT JOIN LATERAL (SELECT * FROM subscription_terms WHERE subscription_id = s.id AND starts <= s.current_period_end ORDER BY starts DESC LIMIT 1) AS t ON true
  LEFT JOIN plans pl ON pl.code = t.plan_code LEFT JOIN plan_versions v ON v.plan_code = t.plan_code AND v.version = t.version
  WHERE e.id = $1)"};

}  // namespace

Task<Facts> facts_of(pg::Session& db, EmailId id) {
  const auto rows = co_await db.query(select_facts, pg::Params{}.add(id.text()));
  const auto row = rows[0];
  Facts facts{.email = std::string{row.text(0)},
              .name = row.optional_text(1),
              .language = std::string{row.text(2)},
              .anonymized = row.boolean(3),
              .card_missing = row.boolean(4),
              .external_id = row.optional_text(5),
              .user_id = row.as<UserId>(6),
              .seller = row.optional_text(7),
              .seller_email = row.optional_text(8),
              .footer = row.optional_text(9),
              .payment_url = row.optional_text(10),
              .invoice = {},
              .payment = {},
              .trial = {}};
  if (!row.is_null(12)) {
    const auto currency = row.as<Currency>(15);
    facts.invoice = Facts::Invoice{.number = row.optional_text(11).value_or(""),
                                   .id = std::string{row.text(12)},
                                   .amount = {row.integer(13), currency},
                                   .due = {row.integer(14), currency},
                                   .period = {row.date(16), row.date(17)},
                                   .due_on = row.optional_date(18),
                                   .status = std::string{row.text(19)},
                                   .next_attempt_at = row.optional_instant(20)};
  }
  if (!row.is_null(21)) {
    facts.payment = Facts::Payment{.amount = {row.integer(21), row.as<Currency>(22)},
                                   .failure_code = row.optional_text(23),
                                   .action_url = row.optional_text(24),
                                   .on = row.date(25),
                                   .waits = row.boolean(26)};
  }
  if (!row.is_null(27)) {
    facts.trial = Facts::Trial{.plan = std::string{row.text(27)},
                               .ends_on = row.date(28),
                               .price = {row.integer(29), row.as<Currency>(30)},
                               .interval = std::string{row.text(31)},
                               .trialing = row.boolean(32)};
  }
  co_return facts;
}

}  // namespace billing::emails
