#include "rooms/audit/store.hpp"

#include "core/ids.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing::audit {
namespace {

constexpr pg::Statement insert_events{R"(
  INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, from_state, to_state, key_id)
  SELECT id, $2, $3, action, entity, entity_id, user_id, from_state, to_state, $10::uuid
  FROM unnest($1::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[])
    AS e (id, action, entity, entity_id, user_id, from_state, to_state))"};

}  // namespace

std::optional<std::string> key_of(const Context& context) {
  return context.key_id.empty() ? std::nullopt : std::optional{std::string{context.key_id}};
}

void record(pg::Transaction& tx, const Context& context, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::vector<pg::UuidBytes> ids;
  std::vector<std::string> actions, entities, entity_ids;
  std::vector<std::optional<std::string>> users, from, to;
  for (const auto& entry : entries) {
    ids.push_back(new_uuid7());
    actions.push_back(entry.action);
    entities.push_back(entry.entity);
    entity_ids.push_back(entry.entity_id);
    users.push_back(entry.user_id);
    from.push_back(entry.from);
    to.push_back(entry.to);
  }
  tx.send(insert_events, pg::Params{}
                             .add_array(ids)
                             .add(context.clock.now())
                             .add(context.actor)
                             .add_array(actions)
                             .add_array(entities)
                             .add_array(entity_ids)
                             .add_array(users)
                             .add_array(from)
                             .add_array(to)
                             .add(key_of(context)));
}

namespace {
constexpr pg::Statement select_events{R"(
  SELECT id, at, actor, action, entity, entity_id, user_id, from_state, to_state, key_id
  FROM audit_events
  WHERE ($1::text IS NULL OR entity_id = $1) AND ($2::uuid IS NULL OR user_id = $2) AND ($3::uuid IS NULL OR id < $3)
  ORDER BY id DESC LIMIT $4)",
                                      pg::Planned::for_its_values};
}

Task<std::vector<Event>> find_events(pg::Session& db, const EventFilter& filter, std::optional<std::string> after, std::int64_t limit) {
  const auto rows = co_await db.query(select_events, pg::Params{}.add(filter.entity_id).add(filter.user_id).add(after).add(limit));
  std::vector<Event> events;
  for (const auto row : rows) {
    events.push_back({std::string{row.text(0)},
                      row.instant(1),
                      std::string{row.text(2)},
                      {std::string{row.text(3)}, std::string{row.text(4)}, std::string{row.text(5)}, row.optional_text(6),
                       row.optional_text(7), row.optional_text(8)},
                      row.optional_text(9)});
  }
  co_return events;
}

}  // namespace billing::audit
