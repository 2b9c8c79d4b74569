#pragma once

#include <cstdint>

#include "base/int128.hpp"
#include "core/money/decimal.hpp"

namespace billing {

/// An exact amount in minor units of some currency: numerator ÷ denominator. What an item owes stays one of these until its one rounding.
/// Operations throw Overflow beyond 128 bits.
class Ratio {
 public:
  constexpr Ratio() = default;
  /// Throws std::invalid_argument unless denominator is positive.
  Ratio(Int128 numerator, Int128 denominator);

  Int128 numerator() const { return numerator_; }
  Int128 denominator() const { return denominator_; }
  Ratio operator+(const Ratio& other) const;

  /// Rounded once, half away from zero. Throws Overflow when that does not fit 64 bits.
  Money rounded(Currency currency) const;

 private:
  Int128 numerator_ = 0;
  Int128 denominator_ = 1;  // > 0; no common divisor
};

}  // namespace billing
