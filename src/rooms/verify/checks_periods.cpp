#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement periods_tile{R"(
  WITH tiles AS (
    SELECT subscription_id, user_id, period_start, period_end, previous_end,
           lag(period_end) OVER (PARTITION BY subscription_id ORDER BY period_start) AS end_before
    FROM subscription_periods
  )
  SELECT t.subscription_id || ' ' || t.period_start, count(*) OVER ()
  FROM tiles t LEFT JOIN subscriptions s ON s.id = t.subscription_id
  WHERE t.previous_end IS DISTINCT FROM t.end_before OR t.end_before <> t.period_start OR t.period_end < t.period_start
     OR t.user_id IS DISTINCT FROM s.user_id
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement terms_tile{R"(
  WITH tiles AS (
    SELECT subscription_id, starts, ends, previous_end, lag(ends) OVER term AS end_before, lead(starts) OVER term AS next_start,
           row_number() OVER term AS n
    FROM subscription_terms
    WINDOW term AS (PARTITION BY subscription_id ORDER BY starts)
  )
  SELECT coalesce(t.subscription_id, s.id) || ' ' || coalesce(t.starts::text, ''), count(*) OVER ()
  FROM tiles t FULL JOIN subscriptions s ON s.id = t.subscription_id
  WHERE t.subscription_id IS NULL OR s.id IS NULL OR t.ends IS DISTINCT FROM t.next_start OR t.previous_end IS DISTINCT FROM t.end_before
     OR (t.n = 1 AND t.starts <> s.started_on)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement pauses_are_apart{R"(
  SELECT subscription_id || ' ' || starts, count(*) OVER ()
  FROM (SELECT *, lag(ends) OVER pause AS end_before, row_number() OVER pause AS n
        FROM subscription_pauses WINDOW pause AS (PARTITION BY subscription_id ORDER BY starts)) AS p
  WHERE (ends > starts OR ends IS NULL) IS NOT TRUE OR (n > 1 AND (end_before <= starts) IS NOT TRUE)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement current_period_is_the_last{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s
  LEFT JOIN (SELECT subscription_id, max(period_start) AS last_start, max(period_end) AS last_end
             FROM subscription_periods GROUP BY subscription_id) p ON p.subscription_id = s.id
  WHERE (s.current_period_start = p.last_start AND s.current_period_end = p.last_end) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// By the later of the two clocks that may be in use. Nothing is said of the hours of grace: the clocks of two machines may differ a little.
constexpr pg::Statement settled_periods_have_ended{R"(
  SELECT subscription_id || ' ' || period_start, count(*) OVER ()
  FROM subscription_periods
  WHERE settled AND period_end::timestamp AT TIME ZONE 'UTC' > greatest(now(), (SELECT max(now) FROM simulated_clock))
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement live_subscriptions_are_due{R"(
  SELECT id::text, count(*) OVER ()
  FROM subscriptions
  WHERE status <> 'canceled' AND (due_at <= current_period_end::timestamp AT TIME ZONE 'UTC' OR billing_error IS NOT NULL) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement one_live_subscription_per_plan{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM subscriptions WHERE status NOT IN ('scheduled', 'canceled')
  GROUP BY user_id, plan_code HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"periods_tile", "The periods of a subscription follow each other without gap or overlap, from exactly one first.", periods_tile},
    {"terms_tile", "The terms of a subscription follow each other without gap or overlap, from its start on, the last without end.",
     terms_tile},
    {"pauses_are_apart", "No two pauses of a subscription share a day.", pauses_are_apart},
    {"current_period_is_the_last", "A subscription stands in the last of its periods.", current_period_is_the_last},
    {"settled_periods_have_ended", "Only a period that is over is settled.", settled_periods_have_ended},
    {"live_subscriptions_are_due", "A live subscription is due no later than its period ends, unless with its error.",
     live_subscriptions_are_due},
    {"one_live_subscription_per_plan", "A user has at most one live subscription to a plan.", one_live_subscription_per_plan},
};

}  // namespace

std::span<const Check> period_checks() { return all; }

}  // namespace billing::verify
