#include "rooms/usage/store.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "platform/runtime/uuid7.hpp"

namespace billing::usage {
namespace {

// An event whose time the client left out has that of its arrival, which a repetition cannot name again.
constexpr pg::Statement select_conflicts{R"(
  SELECT sent.n FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) WITH ORDINALITY
    AS sent (user_id, metric, event_id, quantity, at, n)
  JOIN usage_events e ON e.user_id = sent.user_id AND e.metric = sent.metric AND e.event_id = sent.event_id
  WHERE e.quantity <> sent.quantity OR (e.at <> sent.at AND e.at <> e.created_at))"};

/// Of events whose id was there already: those that say something else than the one that counts. Asked after the insert, when it is seen.
Task<std::set<std::size_t>> find_conflicts(pg::Session& db, std::vector<const UsageEvent*> events) {
  std::vector<std::string> users, metrics, event_ids;
  std::vector<std::int64_t> quantities;
  std::vector<std::optional<std::string>> times;
  for (const auto* event : events) {
    users.push_back(event->user_id.text());
    metrics.push_back(event->metric);
    event_ids.push_back(event->event_id.value());
    quantities.push_back(event->quantity);
    times.push_back(event->at_named ? std::optional{to_text(event->at)} : std::nullopt);
  }
  const auto params = pg::Params{}.add_array(users).add_array(metrics).add_array(event_ids).add_array(quantities).add_array(times);
  std::set<std::size_t> conflicts;
  for (const auto row : co_await db.query(select_conflicts, params)) conflicts.insert(static_cast<std::size_t>(row.integer(0) - 1));
  co_return conflicts;
}

}  // namespace

namespace {

// Those of them that were not made: of no user, or with an id that was there already. Each user is looked for by itself, however few there are.
constexpr const char* insert_sql = R"(
  WITH sent AS (
    SELECT e.*, (SELECT true FROM users WHERE users.id = e.user_id) AS known
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[], $7::uuid[], $8::timestamptz[])
      WITH ORDINALITY AS e (id, user_id, metric, quantity, at, event_id, subscription_id, created_at, n)
  ), made AS (
    INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, subscription_id, created_at)
    SELECT id, user_id, metric, quantity, at, event_id, subscription_id, created_at FROM sent WHERE known ORDER BY n
    ON CONFLICT (user_id, metric, event_id) WHERE event_id IS NOT NULL DO NOTHING
    RETURNING id
  )
  SELECT n, known IS NOT NULL FROM sent WHERE known IS NULL OR id NOT IN (SELECT id FROM made))";
constexpr pg::Statement insert_one{insert_sql};
constexpr pg::Statement insert_several{insert_sql, pg::Planned::once, pg::Lane::together};

/// Every batch inserts in this order, so that two with the same event ids never wait for each other crosswise.
std::vector<std::size_t> insertion_order(const std::vector<UsageEvent>& events) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&events](std::size_t a, std::size_t b) {
    return std::tie(events[a].user_id, events[a].metric, events[a].event_id, a) <
           std::tie(events[b].user_id, events[b].metric, events[b].event_id, b);
  });
  return order;
}

}  // namespace

Task<std::vector<Recorded>> insert_events(pg::Session& db, const Context& context, const std::vector<UsageEvent>& events) {
  if (events.empty()) co_return std::vector<Recorded>{};
  const auto order = insertion_order(events);
  std::vector<std::string> ids, users, metrics, times, arrivals;
  std::vector<std::int64_t> quantities;
  std::vector<std::optional<std::string>> event_ids, subscriptions;
  const auto now = to_text(context.clock.now());
  for (const auto i : order) {
    ids.push_back(uuid_text(new_uuid7()));
    users.push_back(events[i].user_id.text());
    metrics.push_back(events[i].metric);
    quantities.push_back(events[i].quantity);
    times.push_back(to_text(events[i].at));
    arrivals.push_back(events[i].at_named ? now : times.back());
    event_ids.push_back(events[i].event_id);
    subscriptions.push_back(events[i].subscription_id.transform(&SubscriptionId::text));
  }
  pg::Params params;
  params.add_array(ids).add_array(users).add_array(metrics).add_array(quantities).add_array(times).add_array(event_ids);
  params.add_array(subscriptions).add_array(arrivals);
  std::vector<Recorded> results(events.size(), Recorded::accepted);
  std::vector<const UsageEvent*> repeated;
  std::vector<std::size_t> places;
  for (const auto row : co_await db.query(events.size() == 1 ? insert_one : insert_several, std::move(params))) {
    const auto place = order[static_cast<std::size_t>(row.integer(0) - 1)];
    results[place] = row.boolean(1) ? Recorded::duplicate : Recorded::unknown_user;
    if (!row.boolean(1)) continue;
    repeated.push_back(&events[place]);
    places.push_back(place);
  }
  if (repeated.empty()) co_return results;
  for (const auto n : co_await find_conflicts(db, std::move(repeated))) results[places[n]] = Recorded::conflict;
  co_return results;
}

namespace {
constexpr pg::Statement select_totals{R"(
  SELECT metric, day, sum(quantity) FROM (
    SELECT metric, day, quantity FROM usage_days WHERE user_id = $1
    UNION ALL
    SELECT metric, day, quantity FROM unfolded_usage() WHERE user_id = $1
  ) AS used
  WHERE day >= $2::date AND day < $3::date AND ($4::text IS NULL OR metric = $4)
  GROUP BY metric, day ORDER BY day DESC, metric LIMIT $5)",
                                      pg::Planned::once, pg::Lane::scan};
}  // namespace

Task<std::vector<DailyTotal>> daily_totals(pg::Session& db, UserId user, std::optional<std::string> metric, Date from, Date to,
                                           std::int64_t most) {
  std::vector<DailyTotal> totals;
  for (const auto row : co_await db.query(select_totals, pg::Params{}.add(user.text()).add(from).add(to).add(metric).add(most))) {
    totals.push_back({std::string{row.text(0)}, row.date(1), std::string{row.text(2)}});
  }
  co_return totals;
}

}  // namespace billing::usage
