#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/documents/books.hpp"
#include "core/facts/claims.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/plans/store.hpp"

namespace billing::verify {

/// What a document tells of one item: an invoice's line, or that of a credit note.
struct Told {
  std::string id;
  ItemKey key;
  Currency currency;
  std::int64_t sequence = 0;
  std::int64_t quantity = 0;
  std::optional<std::int64_t> amount;  // nullopt: a note's, which tells what the item owes only
  std::string explanation;
};

/// All facts of a user, and all that was billed, as they are in the database.
struct UserBooks {
  UserId id;
  std::vector<facts::Subscription> subscriptions;  // oldest first
  std::vector<UsageDay> usage;                     // of the events and corrections themselves
  std::set<Date> late;                             // days of which something has come that no run may have seen yet
  Books books;
  std::vector<Told> told;
};

using Versions = std::map<plans::VersionName, PlanVersionPtr>;

/// The first `most` users after one, by id.
Task<std::vector<UserId>> find_users_after(pg::Session& db, UserId after, std::int64_t most);
/// Those of the users who have a subscription. Their terms are of these versions, not of those that this process may remember.
Task<std::vector<UserBooks>> read_books(pg::Session& db, const std::vector<UserId>& user_ids, const Versions& versions);
/// Today by the later of the two clocks that may be in use.
Task<Date> latest_today(pg::Session& db);
/// Every version of every plan.
Task<Versions> read_versions(pg::Session& db);

}  // namespace billing::verify
