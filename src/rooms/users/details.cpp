#include "rooms/users/details.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/users/address.hpp"

namespace billing::users {
namespace {

constexpr std::size_t most_metadata = 50;

void parse_nullable(json::Object& body, std::string_view name, std::size_t most, std::optional<std::string>& into) {
  if (body.has(name)) into = body.nullable_text(name, most);
}

/// "en", "pt-BR": of letters and digits, in parts of up to 8 (BCP 47).
bool is_language(std::string_view text) {
  std::size_t part = 0;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (c == '-' && part >= 2) {
      part = 0;
    } else if ((letter || digit) && part < 8) {
      ++part;
    } else {
      return false;
    }
  }
  return part >= 2;
}

std::string merged_metadata(json::Object& body, const std::string& before) {
  auto metadata = boost::json::parse(before).as_object();
  const auto changes = body.optional_nullable_texts("metadata", 2 * most_metadata, 500);
  if (!changes) return before;
  for (const auto& [name, value] : *changes) {
    if (value) {
      metadata[name] = *value;
    } else {
      metadata.erase(name);
    }
  }
  if (metadata.size() > most_metadata) body.fail("metadata", "must come to at most 50 members");
  return boost::json::serialize(metadata);
}

void parse_collection(json::Object& body, Details& details) {
  const auto collection = body.optional_text("collection", 64);
  if (collection && *collection != "automatic" && *collection != "manual") body.fail("collection", R"(must be "automatic" or "manual")");
  if (collection) details.manual = *collection == "manual";
  details.net_days = body.optional_integer("net_days", 0, 365).value_or(details.net_days);
}

}  // namespace

Details parse_details(json::Object& body, Details before) {
  auto details = std::move(before);
  parse_nullable(body, "name", 200, details.name);
  parse_nullable(body, "external_id", 200, details.external_id);
  parse_nullable(body, "phone", 50, details.phone);
  parse_nullable(body, "tax_id", 100, details.tax_id);
  if (body.has("address")) details.address_json = parse_address(body, "address");
  if (const auto text = body.optional_text("tax_status", 64)) {
    const auto status = parse_tax_status(*text);
    if (!status) body.fail("tax_status", "must be one of taxable, exempt, reverse_charge");
    details.tax_status = status.value_or(TaxStatus::taxable);
  }
  if (auto language = body.optional_text("language", 35)) {
    if (!is_language(*language)) body.fail("language", "must be a language tag, such as en or pt-BR");
    details.language = *std::move(language);
  }
  parse_collection(body, details);
  if (body.has("metadata")) details.metadata_json = merged_metadata(body, details.metadata_json);
  return details;
}

boost::json::object to_json(const User& user) {
  const auto& details = user.details;
  return {{"id", user.id.text()},
          {"email", user.email},
          {"name", http::nullable(details.name)},
          {"external_id", http::nullable(details.external_id)},
          {"phone", http::nullable(details.phone)},
          {"address", address_json(details.address_json)},
          {"tax_id", http::nullable(details.tax_id)},
          {"tax_status", to_text(details.tax_status)},
          {"language", details.language},
          {"collection", details.manual ? "manual" : "automatic"},
          {"net_days", details.net_days},
          {"metadata", boost::json::parse(details.metadata_json)},
          {"payment_method", http::nullable(user.payment_method)},
          {"anonymized_at", http::nullable(user.anonymized_at)},
          {"created_at", to_text(user.created_at)},
          {"updated_at", to_text(user.updated_at)}};
}

}  // namespace billing::users
