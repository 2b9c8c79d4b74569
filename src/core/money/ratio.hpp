#pragma once

#include <cstdint>
#include <string>

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
  /// Exact: a decimal of the major unit in minor units.
  static Ratio of(Decimal amount, Currency currency);
  static Ratio of(Money amount) { return {amount.minor(), 1}; }

  Int128 numerator() const { return numerator_; }
  Int128 denominator() const { return denominator_; }
  Ratio operator+(const Ratio& other) const;
  Ratio operator-(const Ratio& other) const;
  Ratio times(std::int64_t factor) const;
  bool is_negative() const { return numerator_ < 0; }

  /// Rounded once, half away from zero. Throws Overflow when that does not fit 64 bits.
  Money rounded(Currency currency) const;

 private:
  Int128 numerator_ = 0;
  Int128 denominator_ = 1;  // > 0; no common divisor
};

/// a × b. Throws Overflow, naming `what`, beyond 128 bits.
Int128 multiplied(Int128 a, Int128 b, const std::string& what);

}  // namespace billing
