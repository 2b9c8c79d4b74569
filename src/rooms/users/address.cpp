#include "rooms/users/address.hpp"

#include <boost/json.hpp>

#include "core/money/countries.hpp"

namespace billing::users {

std::optional<std::string> parse_address(json::Object& body, std::string_view name) {
  if (!body.has(name) || body.is_null(name)) {
    body.nullable_text(name);  // it was asked for
    return std::nullopt;
  }
  boost::json::object address;
  body.optional_object(name, [&address](json::Object& member) {
    for (const auto* part : {"line1", "line2", "city", "state", "postal_code"}) {
      if (auto text = member.optional_text(part, 200)) address[part] = *std::move(text);
    }
    const auto country = member.optional_text("country", 200);
    if (country && !is_country(*country)) member.fail("country", "must be an ISO 3166-1 code of two letters in upper case, such as DE");
    if (country) address["country"] = *country;
  });
  return boost::json::serialize(address);
}

boost::json::value address_json(const std::optional<std::string>& stored) {
  if (!stored) return nullptr;
  const auto given = boost::json::parse(*stored).as_object();
  boost::json::object address;
  for (const auto* part : {"line1", "line2", "city", "state", "postal_code", "country"}) {
    const auto* found = given.if_contains(part);
    address[part] = found ? *found : boost::json::value();
  }
  return address;
}

}  // namespace billing::users
