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
  WHERE t.previous_end IS DISTINCT FROM t.end_before OR t.end_before <> t.period_start OR t.period_end <= t.period_start
     OR t.user_id IS DISTINCT FROM s.user_id
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement current_period_is_the_last{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s
  LEFT JOIN (SELECT subscription_id, max(period_start) AS last_start, max(period_end) AS last_end
             FROM subscription_periods GROUP BY subscription_id) p ON p.subscription_id = s.id
  WHERE (s.current_period_start = p.last_start AND s.current_period_end = p.last_end) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// Adding months to a date clamps to the month's last day in PostgreSQL too: the n-th period counts from the anchor. n of a trial is -1.
constexpr pg::Statement periods_follow_the_anchor{R"(
  WITH placed AS (
    SELECT p.subscription_id, p.period_start, p.period_end, p.previous_end, p.full_days, p.trial, plans.trial_days,
           s.anchor, s.period_index, s.status, (s.canceled_at AT TIME ZONE 'UTC')::date AS canceled_on,
           p.period_start = s.current_period_start AS is_last,
           (count(*) FILTER (WHERE NOT p.trial) OVER (PARTITION BY p.subscription_id ORDER BY p.period_start) - 1)::int AS n,
           CASE plans.interval WHEN 'day' THEN make_interval(days => plans.interval_count)
                               WHEN 'week' THEN make_interval(weeks => plans.interval_count)
                               WHEN 'month' THEN make_interval(months => plans.interval_count)
                               ELSE make_interval(years => plans.interval_count) END AS step
    FROM subscription_periods p
    JOIN subscriptions s ON s.id = p.subscription_id
    JOIN plans ON plans.code = s.plan_code
  ), regular AS (
    SELECT *, CASE WHEN trial THEN anchor - trial_days ELSE (anchor + n * step)::date END AS regular_start,
           CASE WHEN trial THEN anchor ELSE (anchor + (n + 1) * step)::date END AS regular_end
    FROM placed
  )
  SELECT subscription_id || ' ' || period_start, count(*) OVER ()
  FROM regular
  WHERE (period_start = regular_start AND full_days = regular_end - regular_start
         AND (NOT trial OR n = -1) AND (n <> 0 OR (previous_end IS NULL) = (trial_days = 0))
         AND (NOT is_last OR period_index = n)
         AND (period_end = regular_end OR (is_last AND status = 'canceled' AND period_end < regular_end AND period_end = canceled_on + 1))
         AND (NOT is_last OR status <> 'canceled' OR period_end <= canceled_on + 1)) IS NOT TRUE
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
  WHERE status <> 'canceled'
    AND (due_at = current_period_end::timestamp AT TIME ZONE 'UTC'
         OR (billing_error IS NOT NULL AND due_at >= current_period_end::timestamp AT TIME ZONE 'UTC')) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement one_live_subscription_per_plan{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM subscriptions WHERE status <> 'canceled'
  GROUP BY user_id, plan_code HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement trialing_is_in_its_trial{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s JOIN subscription_periods p ON p.subscription_id = s.id AND p.period_start = s.current_period_start
  WHERE s.status <> 'canceled' AND p.trial <> (s.status = 'trialing')
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"periods_tile", "The periods of a subscription follow each other without gap or overlap, from exactly one first.", periods_tile},
    {"current_period_is_the_last", "A subscription stands in the last of its periods.", current_period_is_the_last},
    {"periods_follow_the_anchor", "The n-th period counts from the anchor, a trial ends there, and only a cancel cuts the last one short.",
     periods_follow_the_anchor},
    {"settled_periods_have_ended", "Only a period that is over is settled.", settled_periods_have_ended},
    {"live_subscriptions_are_due", "A live subscription is due when its period ends, or later with its error.", live_subscriptions_are_due},
    {"one_live_subscription_per_plan", "A user has at most one live subscription to a plan.", one_live_subscription_per_plan},
    {"trialing_is_in_its_trial", "A live subscription is trialing exactly during its trial.", trialing_is_in_its_trial},
};

}  // namespace

std::span<const Check> period_checks() { return all; }

}  // namespace billing::verify
