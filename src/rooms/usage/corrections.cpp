#include "rooms/usage/corrections.hpp"

#include <algorithm>
#include <map>

#include "base/int128.hpp"
#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::usage {
namespace {

constexpr pg::Statement select_event{R"(
  SELECT e.at, e.subscription_id, coalesce((
    SELECT c.quantity FROM usage_corrections c
    WHERE c.user_id = e.user_id AND c.metric = e.metric AND c.event_id = e.event_id ORDER BY c.id DESC LIMIT 1), e.quantity)
  FROM usage_events e WHERE e.user_id = $1 AND e.metric = $2 AND e.event_id = $3)"};

/// What the event's correction changes; what it counts now is its newest correction's quantity.
Task<void> fill_in_from_event(pg::Transaction& tx, Correction& correction) {
  const auto rows =
      co_await tx.query(select_event, pg::Params{}.add(correction.user_id.text()).add(correction.metric).add(correction.event_id));
  if (rows.empty()) {
    throw not_found("The user has no event " + *correction.event_id + " of the metric " + correction.metric + ".");
  }
  correction.at = rows[0].instant(0);
  if (!rows[0].is_null(1)) correction.subscription_id = rows[0].as<SubscriptionId>(1);
  correction.delta = correction.quantity - rows[0].integer(2);
}

constexpr pg::Statement select_day{R"(
  SELECT coalesce(sum(quantity), 0) + $5 >= 0 FROM (
    SELECT quantity FROM usage_days WHERE user_id = $1 AND metric = $2 AND day = $3 AND subscription_id IS NOT DISTINCT FROM $4
    UNION ALL
    SELECT quantity FROM unfolded_usage() WHERE user_id = $1 AND metric = $2 AND day = $3 AND subscription_id IS NOT DISTINCT FROM $4
  ) AS of_day)"};

Task<void> require_enough_on_the_day(pg::Transaction& tx, const Correction& correction) {
  pg::Params params;
  params.add(correction.user_id.text()).add(correction.metric).add(date_of(correction.at));
  params.add(correction.subscription_id.transform(&SubscriptionId::text)).add(correction.delta);
  const auto rows = co_await tx.query(select_day, std::move(params));
  if (rows[0].boolean(0)) co_return;
  throw unacceptable("/quantity", "would take " + to_text(date_of(correction.at)) + " below zero: less was used on that day" +
                                      (correction.subscription_id ? " by that subscription" : ""));
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO usage_corrections (id, user_id, metric, event_id, quantity, delta, at, subscription_id, reason, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))"};

}  // namespace

Task<Correction> correct(Context& context, Correction correction) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {correction.user_id});
  co_await users::require_user(tx, correction.user_id);
  correction.id = uuid_text(new_uuid7());
  correction.created_at = context.clock.now();
  correction.delta = correction.quantity;
  if (correction.event_id) co_await fill_in_from_event(tx, correction);
  co_await require_enough_on_the_day(tx, correction);
  pg::Params params;
  params.add(correction.id).add(correction.user_id.text()).add(correction.metric).add(correction.event_id);
  params.add(correction.event_id ? std::optional{correction.quantity} : std::nullopt).add(correction.delta).add(correction.at);
  params.add(correction.subscription_id.transform(&SubscriptionId::text)).add(correction.reason).add(correction.created_at);
  tx.send(insert_row, std::move(params));
  audit::record(tx, context, {{"usage.corrected", "usage_correction", correction.id, correction.user_id.text(), {}, {}}});
  co_await tx.commit();
  co_return correction;
}

namespace {

constexpr pg::Statement select_entries{R"(
  WITH entries AS (
    SELECT id, true AS is_event, metric, quantity, at, event_id, subscription_id, NULL::text AS reason, created_at
    FROM usage_events WHERE user_id = $1 AND ($2::text IS NULL OR metric = $2) AND at >= $3 AND at < $4
    UNION ALL
    SELECT id, false, metric, delta, at, NULL, subscription_id, reason, created_at
    FROM usage_corrections
    WHERE user_id = $1 AND event_id IS NULL AND ($2::text IS NULL OR metric = $2) AND at >= $3 AND at < $4
  )
  SELECT id, is_event, metric, quantity, at, event_id, subscription_id, reason, created_at FROM entries
  WHERE $5::uuid IS NULL OR (at, id) < (SELECT at, id FROM entries WHERE id = $5)
  ORDER BY at DESC, id DESC LIMIT $6)",
                                       pg::Planned::for_its_values};
constexpr pg::Statement select_of_events{R"(
  SELECT c.id, c.metric, c.event_id, c.quantity, c.delta, c.at, c.subscription_id, c.reason, c.created_at
  FROM unnest($2::text[], $3::text[]) AS e (metric, event_id)
  JOIN usage_corrections c ON c.user_id = $1 AND c.metric = e.metric AND c.event_id = e.event_id
  ORDER BY c.id)"};

using EventName = std::pair<std::string, std::string>;

Task<std::map<EventName, std::vector<Correction>>> corrections_of(pg::Session& db, UserId user, const std::vector<DayEntry>& entries) {
  std::map<EventName, std::vector<Correction>> found;
  std::vector<std::string> metrics, events;
  for (const auto& entry : entries) {
    if (!entry.event_id) continue;
    metrics.push_back(entry.metric);
    events.push_back(*entry.event_id);
  }
  if (events.empty()) co_return found;
  for (const auto row : co_await db.query(select_of_events, pg::Params{}.add(user.text()).add_array(metrics).add_array(events))) {
    Correction correction{.id = std::string{row.text(0)},
                          .user_id = user,
                          .metric = std::string{row.text(1)},
                          .event_id = row.optional_text(2),
                          .quantity = row.integer(3),
                          .delta = row.integer(4),
                          .at = row.instant(5),
                          .subscription_id = {},
                          .reason = std::string{row.text(7)},
                          .created_at = row.instant(8)};
    if (!row.is_null(6)) correction.subscription_id = row.as<SubscriptionId>(6);
    found[{correction.metric, *correction.event_id}].push_back(std::move(correction));
  }
  co_return found;
}

}  // namespace

Task<std::vector<DayEntry>> find_entries(pg::Session& db, UserId user, const EntryFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit) {
  constexpr Date first{std::chrono::year{1970} / 1 / 1};
  constexpr Date last{std::chrono::year{9999} / 12 / 31};
  pg::Params params;
  params.add(user.text()).add(filter.metric).add(Instant{filter.from.value_or(first)}).add(Instant{filter.to.value_or(last)});
  params.add(after).add(limit);
  std::vector<DayEntry> entries;
  for (const auto row : co_await db.query(select_entries, std::move(params))) {
    entries.push_back({std::string{row.text(0)},
                       row.boolean(1),
                       std::string{row.text(2)},
                       row.integer(3),
                       row.instant(4),
                       row.optional_text(5),
                       row.optional_text(6),
                       row.optional_text(7),
                       row.instant(8),
                       {}});
  }
  auto corrections = co_await corrections_of(db, user, entries);
  for (auto& entry : entries) {
    if (entry.event_id) entry.corrections = std::move(corrections[{entry.metric, *entry.event_id}]);
  }
  co_return entries;
}

}  // namespace billing::usage
