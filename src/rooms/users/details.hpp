#pragma once

#include <boost/json/fwd.hpp>

#include "platform/http/csv.hpp"
#include "platform/json/json.hpp"
#include "rooms/users/store.hpp"

namespace billing::users {

/// What a body says of a user's details, over those that there are: what it does not name stays; null clears what may be missing; metadata merges.
/// Wrong members are noted.
Details parse_details(json::Object& body, Details before);

boost::json::object to_json(const User& user);
/// The same as a line of a file.
http::csv::Columns<User> csv_columns();

}  // namespace billing::users
