#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "core/decimal.hpp"
#include "core/overflow.hpp"

namespace billing {

/// `value` as 64 bits. Throws Overflow, naming `what`, when it does not fit.
inline std::int64_t narrowed(Int128 value, const std::string& what) {
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) {
    throw Overflow(what + " does not fit 64 bits");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace billing
