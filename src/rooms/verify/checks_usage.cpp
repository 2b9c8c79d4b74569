#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement events_count_once{R"(
  SELECT min(id::text), count(*) OVER ()
  FROM usage_events WHERE event_id IS NOT NULL
  GROUP BY user_id, metric, event_id HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

// Below the mark nothing comes any more, so that this holds at every commit.
constexpr pg::Statement usage_days_are_their_events{R"(
  WITH mark AS (
    SELECT xid FROM usage_mark
  ), recorded AS (
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date AS day, subscription_id, quantity::numeric AS quantity
    FROM usage_events WHERE xid < (SELECT xid FROM mark)
    UNION ALL
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date, subscription_id, delta FROM usage_corrections WHERE xid < (SELECT xid FROM mark)
    UNION ALL
    SELECT user_id, metric, day, subscription_id, -quantity FROM usage_days
  )
  SELECT concat_ws(' ', user_id, day, metric), count(*) OVER ()
  FROM recorded
  GROUP BY user_id, day, metric, subscription_id HAVING sum(quantity) <> 0
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement no_day_is_below_zero{R"(
  WITH recorded AS (
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date AS day, subscription_id, delta::numeric AS quantity FROM usage_corrections
    UNION ALL
    SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date, subscription_id, quantity FROM usage_events
    WHERE user_id IN (SELECT user_id FROM usage_corrections)
  )
  SELECT concat_ws(' ', user_id, day, metric), count(*) OVER ()
  FROM recorded
  GROUP BY user_id, day, metric, subscription_id HAVING sum(quantity) < 0
  ORDER BY 1 LIMIT 20)"};

// The newest correction of an event wins.
constexpr pg::Statement corrected_events_count_what_was_said{R"(
  WITH said AS (
    SELECT user_id, metric, event_id, sum(delta) AS delta, (array_agg(quantity ORDER BY id DESC))[1] AS quantity
    FROM usage_corrections WHERE event_id IS NOT NULL GROUP BY user_id, metric, event_id
  )
  SELECT concat_ws(' ', s.user_id, s.metric, s.event_id), count(*) OVER ()
  FROM said s LEFT JOIN usage_events e ON e.user_id = s.user_id AND e.metric = s.metric AND e.event_id = s.event_id
  WHERE (e.quantity + s.delta = s.quantity) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"events_count_once", "An event_id counts once for its user and metric.", events_count_once},
    {"usage_days_are_their_events", "The sums by day are those of all events and corrections that have been folded.",
     usage_days_are_their_events},
    {"no_day_is_below_zero", "Corrections take no day of a metric below zero.", no_day_is_below_zero},
    {"corrected_events_count_what_was_said", "A corrected event counts what its newest correction says.",
     corrected_events_count_what_was_said},
};

}  // namespace

std::span<const Check> usage_checks() { return all; }

}  // namespace billing::verify
