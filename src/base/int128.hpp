#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "base/overflow.hpp"

namespace billing {

__extension__ using Int128 = __int128;

/// `value` as 64 bits. Throws Overflow, naming `what`, when it does not fit.
inline std::int64_t narrowed(Int128 value, const std::string& what) {
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) {
    throw Overflow(what + " does not fit 64 bits");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace billing
