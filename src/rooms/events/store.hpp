#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::events {

/// Something happened to an object.
struct Event {
  std::int64_t sequence;
  std::string id;
  std::string type;  // invoice.paid
  Instant at;        // by the billing clock
  std::optional<std::string> user_id;
  std::string object;  // its kind: user, subscription, invoice, payment, credit_note, balance
  std::string object_id;
};

struct EventFilter {
  std::optional<std::vector<std::string>> types;  // nullopt: all
  std::optional<UserId> user;
};
/// Those after a sequence, oldest first.
Task<std::vector<Event>> find_events(pg::Session& db, const EventFilter& filter, std::int64_t after, std::int64_t limit);
/// Those with these sequences that are still kept, oldest first.
Task<std::vector<Event>> find_events(pg::Session& db, const std::vector<std::int64_t>& sequences);

/// Which sequences there are: from `oldest` to `newest`, all of them. None: oldest is newest + 1.
struct Kept {
  std::int64_t oldest;
  std::int64_t newest;
};
Task<Kept> kept(pg::Session& db);

/// Deletes events of before `until` by the billing clock, some at a time; how many it were.
Task<std::int64_t> prune(pg::Session& db, Instant until);
Task<bool> anything_before(pg::Session& db, Instant until);

}  // namespace billing::events
