#include "rooms/usage/store.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include "platform/runtime/uuid7.hpp"

namespace billing::usage {
namespace {

// Whether `sent` says something else than the event `e` of its id. An event whose time the client left out has that of its arrival, which a repetition
// cannot name again.
#define IS_CONFLICT "(e.quantity <> sent.quantity OR (e.at <> sent.at AND e.at <> e.created_at))"

constexpr pg::Statement select_conflicts{R"(
  SELECT sent.n FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) WITH ORDINALITY
    AS sent (user_id, metric, event_id, quantity, at, n)
  JOIN usage_events e ON e.user_id = sent.user_id AND e.metric = sent.metric AND e.event_id = sent.event_id
  WHERE )" IS_CONFLICT};

/// Of events whose id was there already: those that say something else than the one that counts. Asked after the insert, when it is seen.
Task<std::set<std::size_t>> find_conflicts(pg::Session& db, std::vector<const UsageEvent*> events) {
  std::vector<UserId> users;
  std::vector<std::string> metrics, event_ids;
  std::vector<std::int64_t> quantities;
  std::vector<std::optional<Instant>> times;
  for (const auto* event : events) {
    users.push_back(event->user_id);
    metrics.push_back(event->metric);
    event_ids.push_back(event->event_id.value());
    quantities.push_back(event->quantity);
    times.push_back(event->at_named ? std::optional{event->at} : std::nullopt);
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

struct Place {
  UserId user;
  std::uint32_t event;
};

/// Of the events that are wanted, all unless told which are not. Every batch inserts in this order, so that two with the same event ids never wait
/// for each other crosswise.
std::vector<Place> insertion_order(const std::vector<UsageEvent>& events, const Refusals* refusals = nullptr) {
  std::vector<Place> order;
  order.reserve(events.size());
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (!refusals || !(*refusals)[i]) order.push_back({events[i].user_id, i});
  }
  std::ranges::sort(order, [&events](const Place& a, const Place& b) {
    if (a.user != b.user) return a.user < b.user;
    return std::tie(events[a.event].metric, events[a.event].event_id, a.event) <
           std::tie(events[b.event].metric, events[b.event].event_id, b.event);
  });
  return order;
}

/// Events as an insert takes them, column by column.
struct Columns {
  std::vector<UsageEventId> ids;
  std::vector<UserId> users;
  std::vector<std::string> metrics;
  std::vector<std::int64_t> quantities;
  std::vector<Instant> times, arrivals;
  std::vector<std::optional<std::string>> event_ids;
  std::vector<std::optional<SubscriptionId>> subscriptions;

  Columns(const std::vector<UsageEvent>& events, std::span<const Place> order, Instant now) {
    for (const auto& place : order) {
      const auto& event = events[place.event];
      ids.emplace_back(new_uuid7());
      users.push_back(event.user_id);
      metrics.push_back(event.metric);
      quantities.push_back(event.quantity);
      times.push_back(event.at);
      arrivals.push_back(event.at_named ? now : event.at);
      event_ids.push_back(event.event_id);
      subscriptions.push_back(event.subscription_id);
    }
  }

  pg::Params params() const {
    pg::Params params;
    params.add_array(ids).add_array(users).add_array(metrics).add_array(quantities).add_array(times);
    params.add_array(event_ids).add_array(subscriptions).add_array(arrivals);
    return params;
  }
};

}  // namespace

Task<std::vector<Recorded>> insert_events(pg::Session& db, const Context& context, const std::vector<UsageEvent>& events) {
  if (events.empty()) co_return std::vector<Recorded>{};
  const auto order = insertion_order(events);
  auto params = Columns(events, order, context.clock.now()).params();
  std::vector<Recorded> results(events.size(), Recorded::accepted);
  std::vector<const UsageEvent*> repeated;
  std::vector<std::size_t> places;
  for (const auto row : co_await db.query(events.size() == 1 ? insert_one : insert_several, std::move(params))) {
    const auto place = order[static_cast<std::size_t>(row.integer(0) - 1)].event;
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

// Each user is looked for by itself and once ($9). Who has no event id cannot conflict, and is spared what ON CONFLICT costs: a sixth.
#define INSERT_BATCH \
  R"(
  INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, subscription_id, created_at, xid)
  SELECT id, user_id, metric, quantity, at, event_id, subscription_id, created_at, (SELECT pg_current_xact_id()::text::bigint)
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[], $7::uuid[], $8::timestamptz[])
    AS sent (id, user_id, metric, quantity, at, event_id, subscription_id, created_at)
  WHERE (user_id IN (SELECT s.id FROM unnest($9::uuid[]) AS s (id) WHERE (SELECT true FROM users WHERE users.id = s.id))) IS TRUE)"
constexpr pg::Statement insert_without_ids{INSERT_BATCH};
constexpr pg::Statement insert_with_ids{INSERT_BATCH " ON CONFLICT (user_id, metric, event_id) WHERE event_id IS NOT NULL DO NOTHING"};
#undef INSERT_BATCH

// Of the events of this transaction's batch, those that were not made: of no user, or with an id that is another event's. By the index, one by one (LIMIT):
// else all of the table is read once it is worth it.
constexpr pg::Statement select_not_made{R"(
  SELECT sent.n, e.id IS NOT NULL, coalesce()" IS_CONFLICT R"(, false)
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[]) WITH ORDINALITY
    AS sent (id, user_id, metric, quantity, at, event_id, n)
  LEFT JOIN LATERAL (SELECT * FROM usage_events WHERE user_id = sent.user_id AND metric = sent.metric AND event_id = sent.event_id LIMIT 1) e ON true
  WHERE sent.id NOT IN (SELECT made.id FROM usage_events made WHERE made.xid = pg_current_xact_id()::text::bigint))"};

pg::Params not_made_params(const Columns& columns, const std::vector<UsageEvent>& events, std::span<const Place> order) {
  std::vector<std::optional<Instant>> times;
  for (const auto& place : order) {
    const auto& event = events[place.event];
    times.push_back(event.at_named ? std::optional{event.at} : std::nullopt);
  }
  pg::Params params;
  params.add_array(columns.ids).add_array(columns.users).add_array(columns.metrics).add_array(columns.quantities);
  params.add_array(times).add_array(columns.event_ids);
  return params;
}

/// How many of them go in one statement: usually all, fewer with long texts, which would stay in libpq's buffers.
std::size_t fitting(const std::vector<UsageEvent>& events, std::span<const Place> rest) {
  constexpr std::size_t most_bytes = 1024 * 1024;
  constexpr std::size_t of_an_event = 80;  // besides its texts
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < rest.size() && (count == 0 || bytes < most_bytes)) {
    const auto& event = events[rest[count++].event];
    bytes += of_an_event + event.metric.size() + (event.event_id ? event.event_id->size() : 0);
  }
  return count;
}

std::vector<UserId> users_of(std::span<const Place> order) {
  std::vector<UserId> users;
  for (const auto& place : order) {
    if (users.empty() || users.back() != place.user) users.push_back(place.user);
  }
  return users;
}

}  // namespace

Task<std::vector<Recorded>> insert_batch(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                                         const Refusals& refusals) {
  std::vector<Recorded> results(events.size(), Recorded::accepted);
  const auto order = insertion_order(events, &refusals);
  const auto now = context.clock.now();
  for (std::span<const Place> rest = order; !rest.empty();) {
    const auto piece = rest.first(fitting(events, rest));
    rest = rest.subspan(piece.size());
    const Columns columns(events, piece, now);
    auto params = columns.params();
    params.add_array(users_of(piece));
    const bool with_ids = std::ranges::any_of(columns.event_ids, [](const auto& id) { return id.has_value(); });
    const auto made = co_await tx.query(with_ids ? insert_with_ids : insert_without_ids, std::move(params));
    if (std::cmp_equal(made.affected(), piece.size())) continue;
    for (const auto row : co_await tx.query(select_not_made, not_made_params(columns, events, piece))) {
      const auto not_made = row.boolean(2) ? Recorded::conflict : row.boolean(1) ? Recorded::duplicate : Recorded::unknown_user;
      results[piece[static_cast<std::size_t>(row.integer(0) - 1)].event] = not_made;
    }
  }
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
