#include "platform/http/message.hpp"

#include <algorithm>

#include "base/percent.hpp"
#include "platform/http/text.hpp"
#include "platform/json/build.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::http {
namespace {

Refusal malformed_query() {
  return {400, "bad_request",
          "The query is not percent-encoded UTF-8: each % must be followed by two hexadecimal digits, and % itself is written as %25."};
}

/// Calls `each` with every raw name and value of a query; stops when it gives false.
template <class Each>
void walk(std::string_view query, const Each& each) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    each(pair.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
  }
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text, Plus::is_space);
  if (!decoded || !json::is_utf8(*decoded)) throw malformed_query();
  return std::move(*decoded);
}

/// NUL can be stored nowhere, so no value may hold it.
std::string decode_value(std::string_view name, std::string_view raw) {
  auto value = decode(raw);
  if (value.find('\0') != std::string::npos) throw unacceptable("?" + std::string{name}, "must not contain NUL (%00)");
  return value;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& field) { return same_token(field.first, name); });
  return found == headers.end() ? std::string_view{} : found->second;
}

bool Request::has_header(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const auto& field) { return same_token(field.first, name); });
}

std::vector<std::string> Request::query_values(std::string_view name) const {
  std::vector<std::string> values;
  walk(query, [&](std::string_view raw_name, std::string_view raw_value) {
    if (decode(raw_name) == name) values.push_back(decode_value(name, raw_value));
  });
  return values;
}

std::optional<std::string> Request::query_param(std::string_view name) const {
  auto values = query_values(name);
  if (values.size() > 1) throw unacceptable("?" + std::string{name}, "must be given once only");
  return values.empty() ? std::nullopt : std::optional{std::move(values[0])};
}

void Request::allow_query_params(std::span<const std::string_view> names) const {
  walk(query, [&](std::string_view raw_name, std::string_view) {
    const auto name = decode(raw_name);
    if (std::ranges::find(names, name) != names.end()) return;
    std::string known;
    for (const auto each : names) known += (known.empty() ? "" : ", ") + std::string{each};
    throw unacceptable("?" + name, known.empty() ? "unknown parameter; there are none here" : "unknown parameter; there are: " + known);
  });
}

std::vector<std::pair<std::string, std::string>> Request::query_params() const {
  std::vector<std::pair<std::string, std::string>> result;
  walk(query, [&](std::string_view raw_name, std::string_view raw_value) {
    auto name = decode(raw_name);
    auto value = decode_value(name, raw_value);
    result.emplace_back(std::move(name), std::move(value));
  });
  return result;
}

}  // namespace billing::http
