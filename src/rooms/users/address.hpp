#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "platform/json/json.hpp"

namespace billing::users {

/// A postal address in a body, as it is stored: an object of those of line1, line2, city, state, postal_code and country that are given. nullopt:
/// the member is not there, or null; `has` tells them apart. Wrong ones are noted.
std::optional<std::string> parse_address(json::Object& body, std::string_view name);

/// All of its members, those that are not known as null; null for none.
boost::json::value address_json(const std::optional<std::string>& stored);

}  // namespace billing::users
