#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/facts/claims.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::usage {

// Usage by day: the sums of what is folded, and what has come since. Whoever reads both in one statement counts each event once, whatever commits
// meanwhile (db/migrations/0001_billing.sql, unfolded_usage).

struct DaysWanted {
  UserId user_id;
  Date from;  // this day and all after it
};
/// What the users used, by day.
Task<std::map<UserId, std::vector<UsageDay>>> days_of(pg::Session& db, const std::vector<DaysWanted>& wanted);

struct LateDays {
  std::vector<std::string> user_ids;  // pairs with `days`
  std::vector<Date> days;
};
/// Days of the users that may be settled without usage that has come for them: those noted when it was folded, which are noted no longer, and those with
/// usage that is not folded yet. Under the users' locks.
Task<LateDays> take_late_days(pg::Transaction& tx, const std::vector<std::string>& user_ids);

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
