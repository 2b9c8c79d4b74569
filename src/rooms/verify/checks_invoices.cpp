#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement lines_sum_to_invoice{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT invoice_id, sum(amount_cents) + coalesce(sum(tax_cents) FILTER (WHERE NOT tax_inclusive), 0) AS amount, sum(tax_cents) AS tax,
                    sum(discount_cents) AS discount
             FROM invoice_lines GROUP BY invoice_id) l ON l.invoice_id = i.id
  WHERE l.amount IS DISTINCT FROM i.amount_cents OR i.amount_cents < 0 OR l.tax <> i.tax_cents OR l.discount <> i.discount_cents
  ORDER BY 1 LIMIT 20)"};

// Documents keep the days that they named; the period may have been cut or replaced since, and keeps its first day.
constexpr pg::Statement lines_belong_to_invoice{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l
  LEFT JOIN invoices i ON i.id = l.invoice_id
  LEFT JOIN subscriptions s ON s.id = l.subscription_id
  LEFT JOIN plan_versions v ON v.plan_code = l.plan_code AND v.version = l.version
  LEFT JOIN plans ON plans.code = l.plan_code
  LEFT JOIN subscription_periods p ON p.subscription_id = l.subscription_id AND p.period_start = l.period_start
  WHERE (l.user_id = i.user_id AND l.kind = 'item')
     IS NOT TRUE AND
        (l.user_id = i.user_id AND s.user_id = i.user_id AND plans.currency = i.currency AND v.version IS NOT NULL
         AND p.period_start IS NOT NULL AND l.period_start < l.period_end AND l.period_start <= i.period_end) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement lines_count_from_zero{R"(
  SELECT concat_ws(' ', subscription_id, period_start, item), count(*) OVER ()
  FROM invoice_lines
  GROUP BY subscription_id, period_start, item
  HAVING min(sequence) <> 0 OR max(sequence) <> count(*) - 1 OR count(DISTINCT sequence) < count(*)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement due_is_what_is_left{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT invoice_id, sum(applied_cents) AS credited FROM credit_notes GROUP BY invoice_id) n ON n.invoice_id = i.id
  LEFT JOIN (SELECT invoice_id, sum(amount_cents) AS used FROM grant_uses WHERE NOT given_back GROUP BY invoice_id) u ON u.invoice_id = i.id
  WHERE i.credited_cents <> coalesce(n.credited, 0) OR i.from_balance_cents <> coalesce(u.used, 0)
     OR CASE i.status WHEN 'void' THEN i.due_cents <> 0 OR i.credited_cents + i.from_balance_cents + i.paid_cents <> 0
        ELSE i.due_cents <> i.amount_cents - i.credited_cents - i.from_balance_cents - i.paid_cents OR i.due_cents < 0
             OR (i.status = 'paid') <> (i.due_cents = 0) END
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement void_gives_lines_back{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
  WHERE l.voided <> (i.status = 'void')
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement one_open_invoice_per_period{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM invoices WHERE status = 'open' AND kind = 'subscription'
  GROUP BY user_id, period_start, period_end, currency HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

// The year is that of the instant at which the document was made. Numbers below a year's last are all there when as many are.
constexpr pg::Statement numbers_are_gapless{R"(
  WITH documents AS (
    SELECT id, 'invoice' AS series, created_at FROM invoices UNION ALL SELECT id, 'credit_note', created_at FROM credit_notes
  ), given AS (
    SELECT d.series, extract(year FROM d.created_at AT TIME ZONE 'UTC')::int AS year,
           regexp_match(number, CASE d.series WHEN 'invoice' THEN '^' ELSE '^CN-' END || '([0-9]{4,})-([0-9]{6,18})$') AS parts
    FROM documents d LEFT JOIN document_numbers ON document_id = d.id
  ), by_year AS (
    SELECT series, year, count(*) AS made, count(DISTINCT parts[2]::bigint) AS numbers, min(parts[2]::bigint) AS first,
           max(parts[2]::bigint) AS last, bool_and(parts[1]::int = year) AS right_year
    FROM given GROUP BY series, year
  )
  SELECT coalesce(g.series, c.series) || ' ' || coalesce(g.year, c.year), count(*) OVER ()
  FROM by_year g FULL JOIN document_counters c ON c.year = g.year AND c.series = g.series
  WHERE (coalesce(g.made, 0) = c.last AND coalesce(g.numbers, 0) = c.last
         AND (c.last = 0 OR (g.first = 1 AND g.last = c.last AND g.right_year))) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement invoice_usage_is_its_lines{R"(
  WITH told AS (
    SELECT i.id, u.key AS metric, u.value AS quantity
    FROM invoices i CROSS JOIN LATERAL json_each_text(CASE json_typeof(i.usage) WHEN 'object' THEN i.usage END) u
  ), held AS (
    SELECT invoice_id AS id, metric, sum(quantity)::text AS quantity FROM invoice_lines WHERE kind = 'usage' GROUP BY invoice_id, metric
  )
  SELECT id::text, count(*) OVER ()
  FROM told FULL JOIN held USING (id, metric)
  WHERE told.quantity IS DISTINCT FROM held.quantity
  GROUP BY id
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement zero_invoices_are_paid_at_once{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i LEFT JOIN (SELECT DISTINCT invoice_id FROM payments) p ON p.invoice_id = i.id
  WHERE i.amount_cents = 0
    AND (i.status <> 'paid' OR i.paid_at <> i.created_at OR p.invoice_id IS NOT NULL)
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"lines_sum_to_invoice", "Every invoice has lines, they and the tax on top sum to its amount, and it is never negative.",
     lines_sum_to_invoice},
    {"lines_belong_to_invoice",
     "A line is of the same user and currency as its invoice, of a period of its subscription and a version of its plan.",
     lines_belong_to_invoice},
    {"void_gives_lines_back", "The lines of void invoices, and no others, count as not billed.", void_gives_lines_back},
    {"lines_count_from_zero", "The lines of a subscription, period and item are numbered from 0, without gap or repetition.",
     lines_count_from_zero},
    {"due_is_what_is_left",
     "What is due is the amount less notes, balance and payments, never below zero; an invoice is paid when nothing is due.",
     due_is_what_is_left},
    {"one_open_invoice_per_period", "At most one subscription invoice of a user, period and currency is open.",
     one_open_invoice_per_period},
    {"numbers_are_gapless", "Numbers of a series and year run from 1 to its counter, without gap or repetition.", numbers_are_gapless},
    {"invoice_usage_is_its_lines", "An invoice's usage is the sum of its lines' quantities, by metric.", invoice_usage_is_its_lines},
    {"zero_invoices_are_paid_at_once", "An invoice of nothing is paid when it is made, without a payment.", zero_invoices_are_paid_at_once},
};

}  // namespace

std::span<const Check> invoice_checks() { return all; }

}  // namespace billing::verify
