#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement lines_sum_to_invoice{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT invoice_id, sum(amount_cents) AS amount FROM invoice_lines GROUP BY invoice_id) l ON l.invoice_id = i.id
  WHERE l.amount IS DISTINCT FROM i.amount_cents OR i.amount_cents < 0
  ORDER BY 1 LIMIT 20)"};

// A period may have been cut short after a line of it was billed, so a line's end, and an invoice's, may lie later than the period's now.
constexpr pg::Statement lines_belong_to_invoice{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l
  LEFT JOIN invoices i ON i.id = l.invoice_id
  LEFT JOIN subscriptions s ON s.id = l.subscription_id
  LEFT JOIN plans ON plans.code = l.plan_code
  LEFT JOIN subscription_periods p ON p.subscription_id = l.subscription_id AND p.period_start = l.period_start
  LEFT JOIN subscription_periods current ON current.subscription_id = l.subscription_id AND current.period_start = i.period_start
  WHERE (l.user_id = i.user_id AND s.user_id = i.user_id AND plans.currency = i.currency
         AND l.period_end BETWEEN p.period_end AND p.period_start + p.full_days
         AND i.period_end BETWEEN current.period_end AND current.period_start + current.full_days
         AND l.period_start <= i.period_start) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement void_gives_lines_back{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
  WHERE l.voided <> (i.status = 'void')
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement one_open_invoice_per_period{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM invoices WHERE status = 'open'
  GROUP BY user_id, period_start, period_end, currency HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

// The year is that of the instant at which the invoice was made. Numbers below a year's last are all there when as many are.
constexpr pg::Statement numbers_are_gapless{R"(
  WITH given AS (
    SELECT extract(year FROM i.created_at AT TIME ZONE 'UTC')::int AS year,
           CASE WHEN number ~ '^[0-9]{4,}-[0-9]{6,18}$' THEN split_part(number, '-', 1)::int END AS said_year,
           CASE WHEN number ~ '^[0-9]{4,}-[0-9]{6,18}$' THEN split_part(number, '-', 2)::bigint END AS n
    FROM invoices i LEFT JOIN document_numbers ON document_id = i.id
  ), by_year AS (
    SELECT year, count(*) AS made, count(DISTINCT n) AS numbers, min(n) AS first, max(n) AS last, bool_and(said_year = year) AS right_year
    FROM given GROUP BY year
  )
  SELECT coalesce(g.year, c.year)::text, count(*) OVER ()
  FROM by_year g FULL JOIN (SELECT year, last FROM document_counters WHERE series = 'invoice') c ON c.year = g.year
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
    {"lines_sum_to_invoice", "Every invoice has lines, they sum to its amount, and it is never negative.", lines_sum_to_invoice},
    {"lines_belong_to_invoice", "A line is of the same user and currency as its invoice, and of a period of its subscription.",
     lines_belong_to_invoice},
    {"void_gives_lines_back", "The lines of void invoices, and no others, count as not billed.", void_gives_lines_back},
    {"one_open_invoice_per_period", "At most one invoice of a user, period and currency is open.", one_open_invoice_per_period},
    {"numbers_are_gapless", "Invoice numbers of a year run from 1 to its counter, without gap or repetition.", numbers_are_gapless},
    {"invoice_usage_is_its_lines", "An invoice's usage is the sum of its lines' quantities, by metric.", invoice_usage_is_its_lines},
    {"zero_invoices_are_paid_at_once", "An invoice of nothing is paid when it is made, without a payment.", zero_invoices_are_paid_at_once},
};

}  // namespace

std::span<const Check> invoice_checks() { return all; }

}  // namespace billing::verify
