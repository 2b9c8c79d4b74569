#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/postgres/session.hpp"
#include "rooms/context.hpp"

namespace billing::audit {

/// Something important happened: who and when come from the context.
struct Entry {
  std::string action;     // "invoice.paid"
  std::string entity;     // "invoice"
  std::string entity_id;
  std::optional<std::string> user_id;
  std::optional<std::string> from;  // the status before, where there was one
  std::optional<std::string> to;
};

/// The id of the API key that acts, for statements that write their audit event themselves; nullopt: none does.
std::optional<std::string> key_of(const Context& context);

/// Goes with the transaction that does what it records: the one is never seen without the other.
void record(pg::Transaction& tx, const Context& context, const std::vector<Entry>& entries);

struct Event {
  std::string id;
  Instant at;
  std::string actor;
  Entry entry;
  std::optional<std::string> key_id;
};

struct EventFilter {
  std::optional<std::string> entity_id;
  std::optional<std::string> user_id;  // whose things they are
};
/// Newest first.
Task<std::vector<Event>> find_events(pg::Session& db, const EventFilter& filter, std::optional<std::string> after, std::int64_t limit);

}  // namespace billing::audit
