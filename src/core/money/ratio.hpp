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
  static Ratio of(Int128 whole) { return {whole, 1}; }
  /// Minor units of the currency.
  static Ratio of(Decimal major, Currency currency);
  /// Throws std::invalid_argument unless denominator is positive.
  Ratio(Int128 numerator, Int128 denominator);

  Int128 numerator() const { return numerator_; }
  Int128 denominator() const { return denominator_; }
  Ratio operator+(const Ratio& other) const;
  Ratio operator-(const Ratio& other) const;
  Ratio operator*(const Ratio& other) const;
  /// Throws std::invalid_argument when the other one is 0.
  Ratio operator/(const Ratio& other) const;
  bool operator==(const Ratio&) const = default;
  bool operator<(const Ratio& other) const;
  bool is_zero() const { return numerator_ == 0; }

  /// In the currency's major unit: "44.1" where a decimal of 12 places says it, else a fraction, "22/3".
  std::string major_text(Currency currency) const;
  /// Rounded once, half away from zero. Throws Overflow when that does not fit 64 bits.
  Money rounded(Currency currency) const;

 private:
  Int128 numerator_ = 0;
  Int128 denominator_ = 1;  // > 0; no common divisor
};

}  // namespace billing
