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

Ratio Ratio::operator-(const Ratio& other) const { return *this + Ratio{multiplied(other.numerator_, -1), other.denominator_}; }

Ratio Ratio::operator*(const Ratio& other) const {
  // What they have in common goes first, so that nothing overflows that fits.
  const Ratio across{numerator_, other.denominator_};
  const Ratio other_across{other.numerator_, denominator_};
  return {multiplied(across.numerator_, other_across.numerator_), multiplied(across.denominator_, other_across.denominator_)};
}

Ratio Ratio::operator/(const Ratio& other) const {
  if (other.numerator_ == 0) throw std::invalid_argument("a ratio is never divided by 0");
  const Int128 sign = other.numerator_ < 0 ? -1 : 1;
  return *this * Ratio{multiplied(other.denominator_, sign), multiplied(other.numerator_, sign)};
}

bool Ratio::operator<(const Ratio& other) const { return (*this - other).numerator_ < 0; }

namespace {

constexpr Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

Ratio Ratio::of(Decimal major, Currency currency) { return {major.raw(), power_of_ten(Decimal::places - currency.exponent())}; }

std::string Ratio::major_text(Currency currency) const {
  const Ratio major = *this * Ratio{1, power_of_ten(currency.exponent())};
  const auto scale = power_of_ten(Decimal::places);
  if (scale % major.denominator_ == 0) return Decimal::from_raw(multiplied(major.numerator_, scale / major.denominator_)).text();
  return Decimal::from_raw(multiplied(major.numerator_, scale)).text() + '/' +
         Decimal::from_raw(multiplied(major.denominator_, scale)).text();
}

Money Ratio::rounded(Currency currency) const {
  return {narrowed(rounded_quotient(numerator_, denominator_), "an amount of money"), currency};
}

}  // namespace billing
