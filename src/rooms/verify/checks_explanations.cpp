#include "rooms/verify/checks.hpp"
#include "rooms/verify/sql_text.hpp"

namespace billing::verify {
namespace {

// What cannot be read as a number reads as NULL, and a comparison with it does not hold: a spoilt explanation is a finding, not an error.
constexpr std::string_view with{"WITH "};

constexpr std::string_view numbers{R"(LATERAL (
    SELECT max(n) FILTER (WHERE key = 'total_quantity') AS total, max(n) FILTER (WHERE key = 'included') AS included,
           max(n) FILTER (WHERE key = 'billable') AS billable, max(n) FILTER (WHERE key = 'rated') AS rated,
           max(n) FILTER (WHERE key = 'rounding') AS rounding, max(n) FILTER (WHERE key = 'earlier_billed') AS earlier_billed,
           coalesce(max(n) FILTER (WHERE key = 'deferred'), 0) AS deferred, max(n) FILTER (WHERE key = 'amount') AS amount,
           max(n) FILTER (WHERE key = 'days') AS days, max(n) FILTER (WHERE key = 'of_days') AS of_days
    FROM (SELECT key, CASE WHEN value ~ '^-?[0-9]+([.][0-9]+)?$' THEN value::numeric END AS n
          FROM json_each_text(CASE json_typeof(l.explanation) WHEN 'object' THEN l.explanation END)) AS fields
  ) AS e)"};

constexpr std::string_view steps{R"((
    SELECT CASE WHEN s."from" ~ '^[0-9]+$' THEN s."from"::numeric END AS first,
           CASE WHEN s.up_to ~ '^[0-9]+$' THEN s.up_to::numeric WHEN s.up_to IS NOT NULL THEN -1 END AS up_to,
           CASE WHEN s.quantity ~ '^[0-9]+$' THEN s.quantity::numeric END AS quantity,
           CASE WHEN s.unit_price ~ '^[0-9]+([.][0-9]+)?$' THEN s.unit_price::numeric END AS unit_price,
           CASE WHEN s.flat_price ~ '^[0-9]+([.][0-9]+)?$' THEN s.flat_price::numeric END AS flat_price,
           CASE WHEN s.amount ~ '^[0-9]+([.][0-9]+)?$' THEN s.amount::numeric END AS amount
    FROM (SELECT step ->> 'from' AS "from", step ->> 'up_to' AS up_to, step ->> 'quantity' AS quantity, step ->> 'unit_price' AS unit_price,
                 step ->> 'flat_price' AS flat_price, step ->> 'amount' AS amount
          FROM json_array_elements(CASE json_typeof(l.explanation -> 'steps') WHEN 'array' THEN l.explanation -> 'steps' END) AS step
          OFFSET 0) AS s  -- OFFSET 0: each field is taken out of the JSON once, not at each mention
  ))"};

constexpr std::string_view usage_head{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l
  JOIN invoices i ON i.id = l.invoice_id
  LEFT JOIN minor_units u ON u.currency = i.currency
  CROSS JOIN LATERAL (SELECT coalesce(u.per_major, 100) AS per_major) m
  CROSS JOIN )"};
constexpr std::string_view usage_middle{R"(
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity), 0) AS quantity, coalesce(sum(amount), 0) AS amount,
           coalesce(bool_and(coalesce(amount = quantity * unit_price + flat_price, false)), true) AS recompute
    FROM )"};
constexpr std::string_view usage_tail{R"( AS each_step
  ) s
  WHERE l.kind = 'usage'
    AND (s.recompute AND e.rated = s.amount
         AND e.billable = greatest(0, e.total - e.included)
         AND (l.explanation ->> 'model' = 'package' OR s.quantity = e.billable)
         AND (e.rated + e.rounding) * m.per_major = round(e.rated * m.per_major)
         AND (e.rated + e.rounding - e.earlier_billed - e.deferred) * m.per_major = l.amount_cents
         AND e.deferred <= 0 AND l.quantity <= e.total) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement usage_lines_recompute{joined<with, minor_units, usage_head, numbers, usage_middle, steps, usage_tail>};

// Integers throughout, so that the one rounding, half away from zero, is exact: floor((2 × fee × days + of_days) ÷ (2 × of_days)).
constexpr std::string_view base_head{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l
  JOIN invoices i ON i.id = l.invoice_id
  LEFT JOIN plans ON plans.code = l.plan_code
  LEFT JOIN subscription_periods p ON p.subscription_id = l.subscription_id AND p.period_start = l.period_start
  LEFT JOIN minor_units u ON u.currency = i.currency
  CROSS JOIN LATERAL (SELECT coalesce(u.per_major, 100) AS per_major) m
  CROSS JOIN )"};
constexpr std::string_view base_tail{R"(
  WHERE l.kind = 'base'
    AND (e.amount * m.per_major = plans.amount_cents AND e.of_days = p.full_days
         AND e.days = l.period_end - l.period_start AND e.days <= e.of_days
         AND div(2 * e.amount * m.per_major * e.days + e.of_days, nullif(2 * e.of_days, 0)) - (e.earlier_billed + e.deferred) * m.per_major
             = l.amount_cents
         AND e.deferred <= 0 AND l.quantity = 1) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement base_lines_recompute{joined<with, minor_units, base_head, numbers, base_tail>};

// `lower`: the units below a tier. A step is found by its tier's bound, so the quantity that belongs there is known.
constexpr std::string_view prices_head{R"(
  WITH prices AS (
    SELECT plan_code, metric, 0::bigint AS lower, NULL::bigint AS up_to, coalesce(unit_price, package_price) AS unit_price,
           0::numeric AS flat_price
    FROM plan_charges WHERE model IN ('per_unit', 'package')
    UNION ALL
    SELECT plan_code, metric, coalesce(lag(up_to) OVER (PARTITION BY plan_code, metric ORDER BY position), 0), up_to, unit_price, flat_price
    FROM plan_charge_tiers
  ), steps AS (
    SELECT l.id, l.plan_code, l.metric, s.first, s.up_to, s.quantity, s.unit_price, s.flat_price, e.billable
    FROM invoice_lines l
    CROSS JOIN )"};
constexpr std::string_view prices_middle{R"(
    CROSS JOIN LATERAL )"};
constexpr std::string_view prices_tail{R"( AS s
    WHERE l.kind = 'usage'
  ), wrong AS (
    SELECT s.id
    FROM steps s
    LEFT JOIN plan_charges c ON c.plan_code = s.plan_code AND c.metric = s.metric
    LEFT JOIN prices p ON p.plan_code = s.plan_code AND p.metric = s.metric AND coalesce(p.up_to, 0) = coalesce(s.up_to, 0)
    WHERE (s.unit_price = p.unit_price AND s.flat_price = p.flat_price AND p.lower < s.billable
           AND s.first = CASE c.model WHEN 'graduated' THEN p.lower + 1 ELSE 1 END
           AND s.quantity = CASE c.model WHEN 'graduated' THEN least(s.billable, p.up_to) - p.lower
                                         WHEN 'package' THEN div(s.billable - 1, c.package_size) + 1
                                         ELSE s.billable END
           AND (c.model <> 'volume' OR s.billable <= coalesce(p.up_to, s.billable))) IS NOT TRUE
    UNION ALL
    SELECT l.id
    FROM invoice_lines l LEFT JOIN plan_charges c ON c.plan_code = l.plan_code AND c.metric = l.metric
    WHERE l.kind = 'usage'
      AND (l.explanation ->> 'model' = c.model::text AND l.explanation ->> 'included' = c.included::text) IS NOT TRUE
  )
  SELECT id::text, count(*) OVER () FROM wrong GROUP BY id ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement explanations_use_the_plans_prices{joined<prices_head, numbers, prices_middle, steps, prices_tail>};

// Where nothing was voided, for what had been voided when cannot be told apart at one instant.
constexpr std::string_view earlier{R"(,
  chain AS (
    SELECT l.id, i.currency, l.explanation ->> 'earlier_billed' AS told,
           coalesce(sum(l.amount_cents) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS billed,
           bool_or(i.status = 'void') OVER (PARTITION BY l.subscription_id, l.period_start, l.metric) AS given_back
    FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
    WINDOW in_order AS (PARTITION BY l.subscription_id, l.period_start, l.metric
                        ORDER BY i.created_at, i.id, l.position)
  )
  SELECT c.id::text, count(*) OVER ()
  FROM chain c LEFT JOIN minor_units u ON u.currency = c.currency
  WHERE NOT c.given_back
    AND (CASE WHEN c.told ~ '^-?[0-9]+([.][0-9]+)?$' THEN c.told::numeric END * coalesce(u.per_major, 100) = c.billed) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement earlier_billed_was_billed{joined<with, minor_units, earlier>};

constexpr Check all[] = {
    {"usage_lines_recompute", "The explanation of every usage line adds up to the line, to the cent.", usage_lines_recompute},
    {"base_lines_recompute",
     "The explanation of every base line, with the plan's fee and the period's days, adds up to the line, to the cent.",
     base_lines_recompute},
    {"explanations_use_the_plans_prices", "Every step of an explanation has the model, units and prices of the plan.",
     explanations_use_the_plans_prices},
    {"earlier_billed_was_billed", "What an explanation says was billed earlier is what the earlier lines come to.",
     earlier_billed_was_billed},
};

}  // namespace

std::span<const Check> explanation_checks() { return all; }

}  // namespace billing::verify
