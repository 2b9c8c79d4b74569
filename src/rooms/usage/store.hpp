#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

struct UsageEvent {
  UserId user_id;
  std::string metric;
  std::int64_t quantity = 0;  // ≥ 0
  Instant at;
  bool at_named = false;  // by the client: else it is when we got it
  std::optional<std::string> event_id;  // the client's own: counts once for the user and metric
  std::optional<SubscriptionId> subscription_id;  // whose it is; nullopt: the first that charges the metric that day
};

enum class Recorded : std::uint8_t { accepted, duplicate, unknown_user, conflict };

/// All events in one statement, those of users that there are; results in the events' order. `conflict`: another event has its id.
Task<std::vector<Recorded>> insert_events(pg::Session& db, const Context& context, const std::vector<UsageEvent>& events);

/// Why events are refused, as many as there are events; nullopt: not refused.
using Refusals = std::vector<std::optional<std::string>>;
/// All events but those already refused, in one statement; results in the events' order.
Task<std::vector<Recorded>> insert_batch(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                                         const Refusals& refusals);

struct DailyTotal {
  std::string metric;
  Date day;
  std::string quantity;  // decimal digits: a sum may be beyond 64 bits
};
/// Of the days [from, to), at most `most`: newest day first, then by metric.
Task<std::vector<DailyTotal>> daily_totals(pg::Session& db, UserId user, std::optional<std::string> metric, Date from, Date to,
                                           std::int64_t most);

}  // namespace billing::usage
