#include "rooms/verify/told.hpp"

#include <algorithm>

namespace billing::verify {

Decimal decimal_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Int128 raw = 0;
  int places = -1;  // after the point; before it -1
  require(!text.empty() && text.front() != '.' && text.back() != '.', "a number is a decimal");
  for (const char c : text) {
    if (c == '.' && places < 0) {
      places = 0;
      continue;
    }
    require(c >= '0' && c <= '9' && places < Decimal::places, "a number is a decimal");
    raw = added(multiplied(raw, 10), c - '0');
    if (places >= 0) ++places;
  }
  for (int place = std::max(places, 0); place < Decimal::places; ++place) raw = multiplied(raw, 10);
  return Decimal::from_raw(negative ? -raw : raw);
}

ToldObject::ToldObject(const boost::json::value& value) : object_(value.if_object()) {
  require(object_ != nullptr, "it is made of objects");
}

const boost::json::value& ToldObject::value(std::string_view name) const {
  const auto* found = object_->if_contains(name);
  require(found != nullptr, "every member is there");
  return *found;
}

std::int64_t ToldObject::integer(std::string_view name) const {
  const auto* number = value(name).if_int64();
  require(number != nullptr, "a count is a whole number");
  return *number;
}

std::string_view ToldObject::text(std::string_view name) const {
  const auto* found = value(name).if_string();
  require(found != nullptr, "a text is one");
  return *found;
}

Decimal ToldObject::decimal(std::string_view name) const { return decimal_of(text(name)); }

Decimal ToldObject::decimal_or_zero(std::string_view name) const { return object_->contains(name) ? decimal(name) : Decimal{}; }

bool ToldObject::boolean(std::string_view name) const {
  const auto* found = value(name).if_bool();
  require(found != nullptr, "true or false is one of them");
  return *found;
}

Date ToldObject::day(std::string_view name) const {
  const auto found = parse_date(text(name));
  require(found.has_value(), "a day is one");
  return *found;
}

ToldObject ToldObject::object(std::string_view name) const { return ToldObject{value(name)}; }

const boost::json::array& ToldObject::array(std::string_view name) const {
  const auto* found = value(name).if_array();
  require(found != nullptr, "a list is one");
  return *found;
}

}  // namespace billing::verify
