#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/facts/claims.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

// Usage by day: the sums of what is folded, and what has come since. Whoever reads both in one statement counts each event once, whatever commits
// meanwhile (db/migrations/0001_billing.sql, unfolded_usage).

using DayOfUser = std::pair<UserId, Date>;

struct UsedDays {
  std::map<UserId, std::vector<UsageDay>> days;  // from the first one on of which something may be unbilled
  std::set<DayOfUser> noted;  // of which usage was folded after they were over
  std::set<DayOfUser> late;  // those, and all with usage that is not folded yet: they may be settled without it
};
/// What the users used, by day, under their locks: what to ask, and what the answers say.
std::vector<pg::Query> days_queries(const std::vector<UserId>& user_ids);
UsedDays read_days(std::span<const pg::Result> results);
/// Once the periods of these days are open again, they are noted no longer.
void forget_noted(pg::Transaction& tx, const std::set<DayOfUser>& noted);

/// Adds what has come to the sums by day, and notes the days before which all may be settled. How many rows it was; 0 also while another
/// process is at it.
Task<std::int64_t> fold(Context& context);
/// Whether there is anything to fold.
Task<bool> anything_unfolded(pg::Session& db);
/// Up to where all is folded; another one after each fold.
Task<std::string> mark(pg::Session& db);
/// Whether usage made before that id is not folded yet, also while another process is at it or a transaction that began earlier keeps it from
/// being folded.
Task<bool> anything_unfolded_of(pg::Session& db, Instant now, std::string made_before);

/// Users with late days, at most `limit`.
Task<std::vector<std::string>> find_users_with_late_days(pg::Session& db, Instant now, std::int64_t limit);
Task<bool> any_late_days(pg::Session& db, Instant now, std::string made_before);

}  // namespace billing::usage
