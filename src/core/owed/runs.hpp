#pragma once

#include <vector>

#include "core/facts/life.hpp"

namespace billing {

/// Days within a period that one term holds on.
struct TermDays {
  Period days;        // never empty
  const Term* term;   // not null; lives as long as the life
};

/// The terms that tile the days, in order.
std::vector<TermDays> terms_within(const Life& life, const Period& days);

}  // namespace billing
