#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

/// A row that puts right what was recorded wrongly: from now on an event counts `quantity`, or a day has `quantity` more.
struct Correction {
  std::string id;
  UserId user_id;
  std::string metric;
  std::optional<std::string> event_id;  // of the event that counts `quantity` from now on; else `quantity` is added to the day
  std::int64_t quantity = 0;
  std::int64_t delta = 0;  // what the sum of the day changes by
  Instant at;              // the event's own, where one is named
  std::optional<SubscriptionId> subscription_id;
  std::string reason;
  Instant created_at;
};

/// Writes it, under the user's lock. Throws 404 where the event is unknown, 422 where a day would fall below zero.
Task<Correction> correct(Context& context, Correction correction);

/// Something that counts on a day: an event, with its corrections, or a correction of the day itself.
struct DayEntry {
  std::string id;
  bool is_event = true;
  std::string metric;
  std::int64_t quantity;
  Instant at;
  std::optional<std::string> event_id;
  std::optional<std::string> subscription_id;
  std::optional<std::string> reason;  // of a correction
  Instant created_at;
  std::vector<Correction> corrections;  // of an event, oldest first: the newest one's quantity counts
};
struct EntryFilter {
  std::optional<std::string> metric;
  std::optional<Date> from;  // from ≤ day < to
  std::optional<Date> to;
};
/// Latest first, by their times.
Task<std::vector<DayEntry>> find_entries(pg::Session& db, UserId user, const EntryFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);

}  // namespace billing::usage
