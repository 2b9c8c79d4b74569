#include "rooms/events/store.hpp"

namespace billing::events {
namespace {

#define EVENT_COLUMNS "sequence, id, type, at, user_id, object, object_id"

std::vector<Event> events_of(const pg::Result& rows) {
  std::vector<Event> events;
  for (const auto row : rows) {
    events.push_back({row.integer(0), std::string{row.text(1)}, std::string{row.text(2)}, row.instant(3), row.optional_text(4),
                      std::string{row.text(5)}, std::string{row.text(6)}});
  }
  return events;
}

// Of a type that is rare it may have to go through many: no statement for the quick lane.
constexpr pg::Statement select_after{"SELECT " EVENT_COLUMNS R"(
  FROM events WHERE sequence > $1 AND ($2::text[] IS NULL OR type = ANY ($2)) ORDER BY sequence LIMIT $3)",
                                     pg::Planned::for_its_values, pg::Lane::scan};
constexpr pg::Statement select_all_after{"SELECT " EVENT_COLUMNS " FROM events WHERE sequence > $1 ORDER BY sequence LIMIT $2"};
constexpr pg::Statement select_of_user{"SELECT " EVENT_COLUMNS R"(
  FROM events WHERE user_id = $1 AND sequence > $2 AND ($3::text[] IS NULL OR type = ANY ($3)) ORDER BY user_id, sequence LIMIT $4)"};
constexpr pg::Statement select_some{"SELECT " EVENT_COLUMNS R"(
  FROM events WHERE sequence = ANY ((SELECT $1::bigint[])::bigint[]) ORDER BY sequence)"};

pg::Params& add_types(pg::Params& params, const EventFilter& filter) {
  return filter.types ? params.add_array(*filter.types) : params.add_null();
}

}  // namespace

Task<std::vector<Event>> find_events(pg::Session& db, const EventFilter& filter, std::int64_t after, std::int64_t limit) {
  pg::Params params;
  if (filter.user) {
    params.add(filter.user->text()).add(after);
    add_types(params, filter).add(limit);
    co_return events_of(co_await db.query(select_of_user, std::move(params)));
  }
  params.add(after);
  if (!filter.types) co_return events_of(co_await db.query(select_all_after, std::move(params.add(limit))));
  add_types(params, filter).add(limit);
  co_return events_of(co_await db.query(select_after, std::move(params)));
}

Task<std::vector<Event>> find_events(pg::Session& db, const std::vector<std::int64_t>& sequences) {
  co_return events_of(co_await db.query(select_some, pg::Params{}.add_array(sequences)));
}

namespace {
constexpr pg::Statement select_kept{R"(
  SELECT coalesce((SELECT sequence FROM events ORDER BY sequence LIMIT 1), sequence + 1), sequence FROM event_mark)"};
}

Task<Kept> kept(pg::Session& db) {
  const auto rows = co_await db.query(select_kept);
  co_return Kept{rows[0].integer(0), rows[0].integer(1)};
}

namespace {
constexpr std::int64_t pruned_at_once = 10'000;
// As far as they are old without one in between that is not, so that what is kept has no gaps.
constexpr pg::Statement delete_old{R"(
  DELETE FROM events WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, at FROM events ORDER BY sequence LIMIT $2) AS oldest
    WHERE sequence < coalesce((SELECT min(sequence) FROM (SELECT sequence, at FROM events ORDER BY sequence LIMIT $2) AS young WHERE at >= $1), sequence + 1)))",
                                   pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement select_oldest_is_old{"SELECT coalesce((SELECT at < $1 FROM events ORDER BY sequence LIMIT 1), false)"};
}  // namespace

Task<std::int64_t> prune(pg::Session& db, Instant until) {
  std::int64_t pruned = 0;
  for (std::int64_t last = pruned_at_once; last == pruned_at_once; pruned += last) {
    last = (co_await db.query(delete_old, pg::Params{}.add(until).add(pruned_at_once))).affected();
  }
  co_return pruned;
}

Task<bool> anything_before(pg::Session& db, Instant until) {
  co_return (co_await db.query(select_oldest_is_old, pg::Params{}.add(until)))[0].boolean(0);
}

}  // namespace billing::events
