#include "core/money/ratio.hpp"

#include <stdexcept>

namespace billing {
namespace {

Int128 greatest_common_divisor(Int128 a, Int128 b) {
  while (b != 0) {
    const auto rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

}  // namespace

Ratio::Ratio(Int128 numerator, Int128 denominator) {
  if (denominator <= 0) throw std::invalid_argument("a ratio's denominator must be positive");
  const auto common = greatest_common_divisor(denominator, numerator);
  numerator_ = numerator / common;
  denominator_ = denominator / common;
}

Ratio Ratio::operator+(const Ratio& other) const {
  const auto common = greatest_common_divisor(denominator_, other.denominator_);
  const auto mine = multiplied(numerator_, other.denominator_ / common);
  const auto others = multiplied(other.numerator_, denominator_ / common);
  return {added(mine, others), multiplied(denominator_ / common, other.denominator_)};
}

Money Ratio::rounded(Currency currency) const {
  return {narrowed(rounded_quotient(numerator_, denominator_), "an amount of money"), currency};
}

}  // namespace billing
