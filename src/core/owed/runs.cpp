#include "core/owed/runs.hpp"

#include <algorithm>

namespace billing {

std::vector<TermDays> terms_within(const Life& life, const Period& days) {
  std::vector<TermDays> found;
  for (const auto& term : life.terms) {
    const auto start = std::max(term.from, days.start);
    const auto end = std::min(until_of(life, term).value_or(days.end), days.end);
    if (start < end) found.push_back({{start, end}, &term});
  }
  return found;
}

}  // namespace billing
