#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "base/overflow.hpp"

namespace billing {

__extension__ using Int128 = __int128;
inline constexpr Int128 int128_highest = (((Int128{1} << 126) - 1) << 1) + 1;
inline constexpr Int128 int128_lowest = -int128_highest - 1;

/// `value` as 64 bits. Throws Overflow, naming `what`, when it does not fit.
inline std::int64_t narrowed(Int128 value, const std::string& what) {
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) {
    throw Overflow(what + " does not fit 64 bits");
  }
  return static_cast<std::int64_t>(value);
}

/// a × b. Throws Overflow beyond 128 bits.
inline Int128 multiplied(Int128 a, Int128 b) {
  // By division: the compiler's own check of a 128-bit product needs a runtime library that libgcc does not have.
  if (a == 0 || b == 0) return 0;
  const auto beyond = [] { return Overflow("an exact product does not fit 128 bits"); };
  if (b == -1) {
    if (a == int128_lowest) throw beyond();
    return -a;
  }
  const Int128 one_end = int128_highest / b;
  const Int128 other_end = int128_lowest / b;
  if (a > std::max(one_end, other_end) || a < std::min(one_end, other_end)) throw beyond();
  return a * b;
}

/// a + b. Throws Overflow beyond 128 bits.
inline Int128 added(Int128 a, Int128 b) {
  Int128 sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw Overflow("an exact sum does not fit 128 bits");
  return sum;
}

/// numerator ÷ denominator, half away from zero. denominator > 0.
constexpr Int128 rounded_quotient(Int128 numerator, Int128 denominator) {
  const Int128 quotient = numerator / denominator;
  const Int128 rest = numerator % denominator;
  if (rest >= denominator - rest) return quotient + 1;
  if (rest < 0 && -rest >= denominator + rest) return quotient - 1;
  return quotient;
}

}  // namespace billing
