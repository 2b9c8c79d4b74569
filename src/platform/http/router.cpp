#include "platform/http/router.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/percent.hpp"
#include "platform/json/build.hpp"

namespace billing::http {

/// "/a/b" is {"a", "b"}, "/a/" is {"a", ""}. False for a path that does not begin with '/' or has more segments than `out`.
struct Segments {
  static constexpr std::size_t most = 16;
  std::array<std::string_view, most> at;
  std::size_t count = 0;

  /// The segment, or all of the path that begins with it.
  std::string_view from(std::size_t i, bool to_the_end) const {
    const auto& last = at[count - 1];
    return to_the_end ? std::string_view{at[i].data(), static_cast<std::size_t>(last.data() + last.size() - at[i].data())} : at[i];
  }

  bool split(std::string_view path) {
    if (!path.starts_with('/')) return false;
    while (true) {
      path.remove_prefix(1);
      if (count == most) return false;
      const auto end = path.find('/');
      at[count++] = path.substr(0, end);
      if (end == std::string_view::npos) return true;
      path.remove_prefix(end);
    }
  }
};

namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

/// What follows a parameter in its segment: ".pdf" of "{id}.pdf".
std::string_view suffix_of(std::string_view parameter) { return parameter.substr(parameter.find('}') + 1); }

/// How much of a segment is said: 0 a parameter, 1 one with a suffix, 2 a literal.
int literal(std::string_view segment) { return is_parameter(segment) ? !suffix_of(segment).empty() : 2; }

bool takes_the_rest(const std::vector<std::string>& pattern) { return pattern.back().ends_with("...}"); }

/// A parameter takes any segment but an empty one, and is followed by its suffix; one that takes the rest takes all that is left.
bool fits(std::string_view pattern, std::string_view segment) {
  if (!is_parameter(pattern)) return pattern == segment;
  const auto suffix = suffix_of(pattern);
  return segment.size() > suffix.size() && segment.ends_with(suffix);
}
bool fits(const std::vector<std::string>& pattern, const Segments& path) {
  const bool rest = takes_the_rest(pattern);
  if (rest ? path.count < pattern.size() : path.count != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size() - (rest ? 1 : 0); ++i) {
    if (!fits(std::string_view{pattern[i]}, path.at[i])) return false;
  }
  return true;
}

/// Whether `a` says more at the first segment where one of the two does. Both fit the same path.
bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (literal(a[i]) != literal(b[i])) return literal(a[i]) > literal(b[i]);
  }
  return false;
}

/// Whether the two, which fit the same path, mean the same thing, whatever their parameters are called.
bool same_resource(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::equal(a, b, {}, literal, literal);
}

/// nullopt for what cannot name anything: a malformed encoding, a NUL, what is not UTF-8.
std::optional<std::vector<std::string>> decode_params(const std::vector<std::string>& pattern, const Segments& path) {
  std::vector<std::string> params;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i])) continue;
    auto text = i + 1 == pattern.size() ? path.from(i, takes_the_rest(pattern)) : path.at[i];
    text.remove_suffix(suffix_of(pattern[i]).size());
    auto value = percent_decode(text, Plus::is_plus);
    if (!value || value->find('\0') != std::string::npos || !json::is_utf8(*value)) return std::nullopt;
    params.push_back(std::move(*value));
  }
  return params;
}

std::string allowed(std::vector<Method> methods) {
  if (std::ranges::find(methods, Method::get) != methods.end()) methods.push_back(Method::head);
  static constexpr std::pair<Method, std::string_view> names[] = {
      {Method::get, "GET"},     {Method::head, "HEAD"},      {Method::post, "POST"},       {Method::put, "PUT"},
      {Method::patch, "PATCH"}, {Method::delete_, "DELETE"}, {Method::options, "OPTIONS"},
  };
  std::string list;
  for (const auto& [method, name] : names) {
    if (std::ranges::find(methods, method) == methods.end()) continue;
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, std::size_t index) {
  Row row{method, {}, index};
  Segments segments;
  if (!segments.split(pattern)) throw std::invalid_argument("not a route: " + std::string{pattern});
  row.segments.assign(segments.at.begin(), segments.at.begin() + static_cast<std::ptrdiff_t>(segments.count));
  auto& rows = rows_[is_parameter(row.segments[0]) ? std::string{} : row.segments[0]];
  rows.push_back(std::move(row));
}

std::vector<const Router::Row*> Router::knowing(const std::vector<Row>& rows, const Segments& path) {
  std::vector<const Row*> known;
  for (const auto& row : rows) {
    if (!fits(row.segments, path)) continue;
    if (!known.empty() && more_literal(row.segments, known[0]->segments)) known.clear();
    if (known.empty() || same_resource(row.segments, known[0]->segments)) known.push_back(&row);
  }
  return known;
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match match{Match::Kind::not_found, 0, {}, {}};
  Segments segments;
  if (!segments.split(path)) return match;
  std::vector<const Row*> known;
  for (const auto first : {segments.at[0], std::string_view{}}) {
    const auto rows = rows_.find(first);
    if (known.empty() && rows != rows_.end()) known = knowing(rows->second, segments);
  }
  if (known.empty()) return match;
  auto params = decode_params(known[0]->segments, segments);
  if (!params) return match;

  const Row* chosen = nullptr;
  for (const auto* row : known) {
    if (row->method == method || (!chosen && method == Method::head && row->method == Method::get)) chosen = row;
  }
  if (!chosen) {
    std::vector<Method> methods;
    for (const auto* row : known) methods.push_back(row->method);
    match.kind = Match::Kind::method_not_allowed;
    match.allow = allowed(std::move(methods));
    return match;
  }
  match.kind = Match::Kind::found;
  match.index = chosen->index;
  match.params = std::move(*params);
  return match;
}

}  // namespace billing::http
