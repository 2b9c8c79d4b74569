#include "rooms/paper/stored.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace billing::paper {
namespace {

using boost::json::object;
using boost::json::value;

/// What there is; an empty object where there is none.
object parsed_object(std::string_view json) {
  boost::system::error_code broken;
  auto parsed = boost::json::parse(json, broken);
  return !broken && parsed.is_object() ? std::move(parsed.get_object()) : object{};
}

std::string joined(std::string_view a, std::string_view between, std::string_view b) {
  if (a.empty() || b.empty()) return std::string{a.empty() ? b : a};
  return std::string{a}.append(between).append(b);
}

/// Where the code comes after the town: "New York, NY 10118", else "10119 Berlin".
bool code_comes_last(std::string_view country) {
  constexpr std::string_view countries[] = {"US", "CA", "GB", "AU", "NZ", "IE", "IN", "SG", "BR", "ZA", "HK"};
  return std::ranges::find(countries, country) != std::end(countries);
}

std::vector<std::string> address_lines(const object& address) {
  const auto country = text_at(address, "country");
  const auto city = text_at(address, "city");
  const auto state = text_at(address, "state");
  const auto code = text_at(address, "postal_code");
  const auto town = code_comes_last(country) ? joined(joined(city, ", ", state), " ", code) : joined(joined(code, " ", city), ", ", state);
  std::vector<std::string> lines;
  for (const auto line : {text_at(address, "line1"), text_at(address, "line2"), std::string_view{town}, country}) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

std::string_view text_at(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_string() ? std::string_view{found->get_string()} : std::string_view{};
}

std::int64_t number_at(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_int64() ? found->get_int64() : 0;
}

bool true_at(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_bool() && found->get_bool();
}

std::vector<const object*> objects_at(const object& from, std::string_view name) {
  std::vector<const object*> objects;
  const auto* found = from.if_contains(name);
  if (!found || !found->is_array()) return objects;
  for (const auto& each : found->get_array()) {
    if (each.is_object()) objects.push_back(&each.get_object());
  }
  return objects;
}

Party stored_party(std::string_view json) {
  const auto stored = parsed_object(json);
  Party party{.name = std::string{text_at(stored, "name")},
              .address = {},
              .tax_id = std::string{text_at(stored, "tax_id")},
              .email = std::string{text_at(stored, "email")}};
  if (const auto* address = stored.if_contains("address"); address && address->is_object())
    party.address = address_lines(address->get_object());
  return party;
}

std::vector<Tax> stored_taxes(std::string_view json) {
  boost::system::error_code broken;
  object holder{{"taxes", boost::json::parse(json, broken)}};
  std::vector<Tax> taxes;
  for (const auto* one : objects_at(holder, "taxes")) {
    taxes.push_back({.name = std::string{text_at(*one, "name")},
                     .percent = std::string{text_at(*one, "percent")},
                     .inclusive = true_at(*one, "inclusive"),
                     .net_cents = number_at(*one, "net_cents"),
                     .tax_cents = number_at(*one, "tax_cents")});
  }
  return taxes;
}

std::string_view no_tax_reason(std::string_view buyer_json) {
  const auto buyer = parsed_object(buyer_json);
  const auto status = text_at(buyer, "tax_status");
  if (status == "exempt") return "No tax is charged: the customer is exempt.";
  if (status == "reverse_charge") return "Reverse charge: the customer accounts for the tax.";
  return {};
}

std::string stored_footer(std::string_view seller_json) { return std::string{text_at(parsed_object(seller_json), "footer")}; }

}  // namespace billing::paper
