#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rooms/verify/user_books.hpp"

namespace billing::verify {

/// check → offenders
using Offenders = std::map<std::string_view, std::vector<std::string>>;

/// What a user owes by core's own reckoning of the facts, against what is billed (checks_owed.cpp).
void compare_owed(const UserBooks& user, Date today, Offenders& found);
/// The taxes of the users' documents (checks_tax.cpp).
Task<void> compare_taxes(pg::Session& db, std::vector<UserId> user_ids, Offenders& found);
/// The lines of the users' one-off items (checks_items.cpp).
Task<void> compare_items(pg::Session& db, std::vector<UserId> user_ids, Offenders& found);
/// What each document of a user says, worked out again (checks_explanations.cpp).
void recompute(const UserBooks& user, const Versions& versions, Offenders& found);

}  // namespace billing::verify
