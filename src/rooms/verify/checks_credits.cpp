#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement notes_sum_to_their_lines{R"(
  SELECT n.id::text, count(*) OVER ()
  FROM credit_notes n
  LEFT JOIN invoices i ON i.id = n.invoice_id
  LEFT JOIN (SELECT c.credit_note_id, sum(c.amount_cents) + coalesce(sum(c.tax_cents) FILTER (WHERE NOT l.tax_inclusive), 0) AS amount,
                    sum(c.tax_cents) AS tax, count(DISTINCT l.invoice_id) AS invoices, min(l.invoice_id::text) AS invoice
             FROM credit_note_lines c LEFT JOIN invoice_lines l ON l.id = c.line_id GROUP BY c.credit_note_id) l ON l.credit_note_id = n.id
  WHERE (l.amount = n.amount_cents AND l.tax = n.tax_cents AND l.invoices = 1 AND l.invoice = n.invoice_id::text AND n.amount_cents > 0
         AND n.amount_cents = n.applied_cents + n.refund_cents + n.to_balance_cents AND n.applied_cents >= 0 AND n.refund_cents >= 0
         AND n.to_balance_cents >= 0
         AND i.user_id = n.user_id AND i.currency = n.currency AND i.status <> 'void') IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement credited_lines_have_their_notes{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l
  LEFT JOIN (SELECT c.line_id, sum(c.amount_cents) AS credited,
                    coalesce(sum(c.amount_cents) FILTER (WHERE n.kind = 'correction'), 0) AS corrected
             FROM credit_note_lines c JOIN credit_notes n ON n.id = c.credit_note_id GROUP BY c.line_id) c ON c.line_id = l.id
  WHERE l.credited_cents <> coalesce(c.credited, 0) OR l.corrected_cents <> coalesce(c.corrected, 0)
     OR l.credited_cents > greatest(l.amount_cents, 0)
  ORDER BY 1 LIMIT 20)"};

// Of a key no more is credited than was billed: what is forgiven is never taken back a second time.
constexpr pg::Statement nothing_is_credited_twice{R"(
  SELECT concat_ws(' ', subscription_id, period_start, item), count(*) OVER ()
  FROM invoice_lines WHERE NOT voided
  GROUP BY subscription_id, period_start, item HAVING sum(amount_cents - credited_cents) < 0
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement notes_make_their_grants{R"(
  SELECT coalesce(n.id, g.id)::text, count(*) OVER ()
  FROM (SELECT * FROM credit_notes WHERE to_balance_cents > 0) n
  FULL JOIN (SELECT * FROM grants WHERE source = 'credit_note') g ON g.credit_note_id = n.id
  WHERE (n.to_balance_cents = g.amount_cents AND n.user_id = g.user_id AND n.currency = g.currency) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement grants_are_used_once{R"(
  SELECT g.id::text, count(*) OVER ()
  FROM grants g
  LEFT JOIN (SELECT grant_id, sum(amount_cents) AS used FROM grant_uses WHERE NOT given_back GROUP BY grant_id) u ON u.grant_id = g.id
  WHERE g.used_cents <> coalesce(u.used, 0) OR g.used_cents < 0 OR g.ended_cents < 0 OR g.used_cents + g.ended_cents > g.amount_cents
  ORDER BY 1 LIMIT 20)"};

// From the day on which it expires a grant pays nothing.
constexpr pg::Statement grants_pay_their_users_invoices{R"(
  SELECT u.id::text, count(*) OVER ()
  FROM grant_uses u
  LEFT JOIN grants g ON g.id = u.grant_id
  LEFT JOIN invoices i ON i.id = u.invoice_id
  WHERE (g.user_id = i.user_id AND g.currency = i.currency AND u.given_back = (i.status = 'void')
         AND (g.expires_on IS NULL OR (u.created_at AT TIME ZONE 'UTC')::date < g.expires_on)) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// Once each, and not before the day on which it expires.
constexpr pg::Statement expired_grants_are_told_once{R"(
  SELECT coalesce(g.id::text, a.entity_id), count(*) OVER ()
  FROM (SELECT * FROM grants WHERE expired_at IS NOT NULL) g
  FULL JOIN (SELECT entity_id, count(*) AS times, min(user_id::text) AS user_id FROM audit_events WHERE action = 'credit.expired' GROUP BY entity_id) a
    ON a.entity_id = g.id::text
  WHERE (a.times = 1 AND a.user_id = g.user_id::text AND (g.expired_at AT TIME ZONE 'UTC')::date >= g.expires_on) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"notes_sum_to_their_lines",
     "A credit note is the sum of its lines, all of one invoice that is not void, and goes off what was due, back to the card or to the "
     "balance.",
     notes_sum_to_their_lines},
    {"credited_lines_have_their_notes", "What a line has as credited and corrected is what its notes come to, and no more than the line.",
     credited_lines_have_their_notes},
    {"nothing_is_credited_twice", "Of no subscription, period and item more is credited than was billed.", nothing_is_credited_twice},
    {"notes_make_their_grants", "What a note leaves for the balance is a grant, and every such grant has its note.",
     notes_make_their_grants},
    {"grants_are_used_once", "What a grant has as used are its uses that were not given back; used and ended are no more than it.",
     grants_are_used_once},
    {"grants_pay_their_users_invoices",
     "A grant pays invoices of its user and currency, while it can be used; of void ones it has it back.", grants_pay_their_users_invoices},
    {"expired_grants_are_told_once",
     "The audit holds once of every grant that was found expired that it was, not before the day from which it cannot be used.",
     expired_grants_are_told_once},
};

}  // namespace

std::span<const Check> credit_checks() { return all; }

}  // namespace billing::verify
