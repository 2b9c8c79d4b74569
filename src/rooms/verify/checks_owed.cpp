#include "rooms/verify/checks.hpp"
#include "rooms/verify/sql_text.hpp"

namespace billing::verify {
namespace {

// used: what was used in the periods that a check looks at (looked_at), by metric. Events are first added up by day, so that a user
// of many events and many short periods does not multiply them.
constexpr std::string_view used{R"(,
  daily AS (
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date AS day, sum(quantity) AS quantity
    FROM usage_events WHERE user_id IN (SELECT user_id FROM looked_at)
    GROUP BY user_id, metric, day
  ), used AS (
    SELECT p.subscription_id, p.period_start, d.metric, sum(d.quantity) AS total
    FROM looked_at p JOIN daily d ON d.user_id = p.user_id AND d.day >= p.period_start AND d.day < p.period_end
    WHERE NOT p.trial
    GROUP BY p.subscription_id, p.period_start, d.metric
  ))"};

// differences: owed minus billed, in minor units, of the periods looked at; the metric is empty for the base fee. What is owed comes
// from events, prices and periods alone. A trial owes nothing; neither does a charge of which nothing is billable, flat prices included.
constexpr std::string_view differences{R"(,
  tiers AS (
    SELECT plan_code, metric, coalesce(lag(up_to) OVER (PARTITION BY plan_code, metric ORDER BY position), 0) AS lower, up_to, unit_price, flat_price
    FROM plan_charge_tiers
  ), billable AS (
    SELECT used.subscription_id, used.period_start, s.plan_code, c.metric, c.model, c.unit_price, c.package_size, c.package_price,
           used.total - c.included AS units
    FROM used
    JOIN subscriptions s ON s.id = used.subscription_id
    JOIN plan_charges c ON c.plan_code = s.plan_code AND c.metric = used.metric
    WHERE used.total > c.included
  ), rated AS (
    SELECT subscription_id, period_start, plan_code, metric,
           CASE model WHEN 'per_unit' THEN units * unit_price ELSE (div(units - 1, package_size) + 1) * package_price END AS amount
    FROM billable WHERE model IN ('per_unit', 'package')
    UNION ALL
    SELECT b.subscription_id, b.period_start, b.plan_code, b.metric,
           sum(CASE b.model WHEN 'graduated' THEN least(b.units, t.up_to) - t.lower ELSE b.units END * t.unit_price + t.flat_price)
    FROM billable b JOIN tiers t ON t.plan_code = b.plan_code AND t.metric = b.metric
    WHERE b.units > t.lower AND (b.model = 'graduated' OR b.units <= coalesce(t.up_to, b.units))
    GROUP BY b.subscription_id, b.period_start, b.plan_code, b.metric
  ), differences AS (
    SELECT subscription_id, period_start, metric, sum(amount) AS amount
    FROM (
      SELECT p.subscription_id, p.period_start, '' AS metric,
             div(2 * plans.amount_cents::numeric * (p.period_end - p.period_start) + p.full_days, 2 * p.full_days) AS amount
      FROM looked_at p JOIN subscriptions s ON s.id = p.subscription_id JOIN plans ON plans.code = s.plan_code
      WHERE NOT p.trial
      UNION ALL
      SELECT r.subscription_id, r.period_start, r.metric, round(r.amount * coalesce(u.per_major, 100))
      FROM rated r JOIN plans ON plans.code = r.plan_code LEFT JOIN minor_units u ON u.currency = plans.currency
      UNION ALL
      SELECT l.subscription_id, l.period_start, coalesce(l.metric, ''), -l.amount_cents
      FROM invoice_lines l
      JOIN invoices i ON i.id = l.invoice_id
      JOIN looked_at p ON p.subscription_id = l.subscription_id AND p.period_start = l.period_start
      WHERE i.status <> 'void'
    ) AS owed_and_billed
    GROUP BY subscription_id, period_start, metric
  ))"};

constexpr std::string_view with{"WITH "};

constexpr std::string_view settled_periods{R"(, looked_at AS (
    SELECT subscription_id, user_id, period_start, period_end, full_days, trial FROM subscription_periods WHERE settled
  ))"};
constexpr std::string_view all_differences{R"(
  SELECT concat_ws(' ', subscription_id, period_start, nullif(metric, '')), count(*) OVER ()
  FROM differences WHERE amount <> 0
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement billed_equals_owed{joined<with, minor_units, settled_periods, used, differences, all_differences>};

// Nobody looks at a canceled subscription by itself any more once due_at is empty. What it still owes must then wait for something: an open
// invoice of its period, or, after a void, the next generate. A credit may wait for ever.
constexpr std::string_view ended_for_good{R"(, looked_at AS (
    SELECT p.subscription_id, p.user_id, p.period_start, p.period_end, p.full_days, p.trial
    FROM subscription_periods p JOIN subscriptions s ON s.id = p.subscription_id
    WHERE NOT p.settled AND s.status = 'canceled' AND s.due_at IS NULL
  ))"};
constexpr std::string_view forgotten{R"(
  SELECT concat_ws(' ', d.subscription_id, d.period_start, nullif(d.metric, '')), count(*) OVER ()
  FROM differences d JOIN subscriptions s ON s.id = d.subscription_id JOIN plans ON plans.code = s.plan_code
  WHERE d.amount > 0
    AND NOT EXISTS (SELECT FROM invoices i WHERE i.user_id = s.user_id AND i.status = 'void')
    AND NOT EXISTS (SELECT FROM invoices i
                    WHERE i.user_id = s.user_id AND i.period_start = s.current_period_start AND i.period_end = s.current_period_end
                      AND i.currency = plans.currency AND i.status = 'open')
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement nothing_owed_is_forgotten{joined<with, minor_units, ended_for_good, used, differences, forgotten>};

// Only periods of full length: usage of the minutes after a cancel can have been covered before the cut.
constexpr std::string_view full_periods{R"(WITH looked_at AS (
    SELECT subscription_id, user_id, period_start, period_end, full_days, trial
    FROM subscription_periods WHERE period_end - period_start = full_days
  ))"};
constexpr std::string_view covered_twice{R"(, covered AS (
    SELECT l.subscription_id, l.period_start, l.metric, sum(l.quantity) AS quantity
    FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
    WHERE l.kind = 'usage' AND i.status <> 'void'
    GROUP BY l.subscription_id, l.period_start, l.metric
  )
  SELECT concat_ws(' ', subscription_id, period_start, metric), count(*) OVER ()
  FROM covered c JOIN looked_at p USING (subscription_id, period_start) LEFT JOIN used USING (subscription_id, period_start, metric)
  WHERE c.quantity > coalesce(used.total, 0)
  ORDER BY 1 LIMIT 20)"};
constexpr pg::Statement usage_is_covered_once{joined<full_periods, used, covered_twice>};

constexpr pg::Statement base_fee_billed_once{R"(
  SELECT l.subscription_id || ' ' || l.period_start, count(*) OVER ()
  FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id JOIN plans ON plans.code = l.plan_code
  WHERE l.kind = 'base' AND i.status <> 'void'
  GROUP BY l.subscription_id, l.period_start
  HAVING count(*) FILTER (WHERE l.amount_cents > 0) > 1 OR sum(l.amount_cents) > max(plans.amount_cents)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement trials_bill_nothing{R"(
  SELECT l.id::text, count(*) OVER ()
  FROM invoice_lines l JOIN subscription_periods p ON p.subscription_id = l.subscription_id AND p.period_start = l.period_start
  WHERE p.trial
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement events_count_once{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM usage_events WHERE event_id IS NOT NULL
  GROUP BY user_id, metric, event_id HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"billed_equals_owed",
     "Of a settled period exactly what its events, prices and days come to is billed, for the base fee and each metric.",
     billed_equals_owed},
    {"nothing_owed_is_forgotten",
     "What a canceled subscription still owes is due, or waits for an open invoice or, after a void, for a generate.",
     nothing_owed_is_forgotten},
    {"base_fee_billed_once", "The base fee of a period is billed once, and never more than the plan's.", base_fee_billed_once},
    {"usage_is_covered_once", "Lines cover no more units than were used.", usage_is_covered_once},
    {"trials_bill_nothing", "No line is of a trial.", trials_bill_nothing},
    {"events_count_once", "An event_id counts once for its user and metric.", events_count_once},
};

}  // namespace

std::span<const Check> owed_checks() { return all; }

}  // namespace billing::verify
