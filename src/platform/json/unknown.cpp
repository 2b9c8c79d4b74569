#include <algorithm>
#include <vector>

#include "platform/json/document.hpp"

namespace billing::json {
namespace {

constexpr std::size_t longest_compared = 64;  // a longer name is no slip of one of ours

/// Levenshtein's distance: how many letters must be added, dropped or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({change, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view closest_name(std::string_view names, std::string_view name) {
  if (name.size() > longest_compared) return {};
  std::string_view best;
  std::size_t best_distance = std::min<std::size_t>(3, name.size() / 2 + 1);  // exclusive: up to two slips, fewer in a short name
  while (!names.empty()) {
    const auto end = names.find('\0');
    const auto candidate = names.substr(0, end);
    names.remove_prefix(end + 1);
    const auto far = distance(candidate, name);
    if (far < best_distance) {
      best = candidate;
      best_distance = far;
    }
  }
  return best;
}

std::string pointer_below(std::string_view pointer, std::string_view name) {
  constexpr std::size_t longest_name = 200;
  std::string result{pointer};
  result += '/';
  auto shown = name.substr(0, longest_name);
  if (shown.size() < name.size()) {
    while (!shown.empty() && (static_cast<unsigned char>(name[shown.size()]) & 0xc0) == 0x80) shown.remove_suffix(1);
  }
  for (const char c : shown) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  if (shown.size() < name.size()) result += "…";
  return result;
}

}  // namespace billing::json
