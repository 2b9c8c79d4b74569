#include "core/money/decimal.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/int128.hpp"

namespace billing {
namespace {

__extension__ using UInt128 = unsigned __int128;

constexpr Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

constexpr Int128 one = power_of_ten(Decimal::places);
constexpr Int128 highest = static_cast<Int128>(~UInt128{0} >> 1);
constexpr Int128 lowest = -highest - 1;

[[noreturn]] void throw_overflow() { throw Overflow("an exact decimal does not fit 128 bits"); }

/// Half away from zero. denominator > 0 and at most a quarter of the 128 bits.
constexpr Int128 rounded_quotient(Int128 numerator, Int128 denominator) {
  const Int128 quotient = numerator / denominator;
  const Int128 rest = numerator % denominator;
  if (2 * rest >= denominator) return quotient + 1;
  if (2 * rest <= -denominator) return quotient - 1;
  return quotient;
}

/// The raw value of one minor unit.
Int128 minor_unit(Currency currency) { return power_of_ten(Decimal::places - currency.exponent()); }

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

std::string digits_text(UInt128 value) {
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::ranges::reverse(text);
  return text;
}

}  // namespace

std::optional<Decimal> Decimal::parse_price(std::string_view text) {
  constexpr std::size_t whole_digits = 15;
  const auto point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  const auto whole = text.substr(0, point);
  const auto fraction = has_point ? text.substr(point + 1) : std::string_view{};
  if (whole.empty() || whole.size() > whole_digits || !all_digits(whole)) return std::nullopt;
  if (has_point && (fraction.empty() || fraction.size() > places || !all_digits(fraction))) return std::nullopt;
  Int128 raw = 0;
  for (const char c : whole) raw = raw * 10 + (c - '0');
  for (const char c : fraction) raw = raw * 10 + (c - '0');
  return from_raw(raw * power_of_ten(places - static_cast<int>(fraction.size())));
}

Decimal Decimal::of(Money amount) { return from_raw(amount.minor() * minor_unit(amount.currency())); }

Decimal Decimal::operator+(Decimal other) const {
  Int128 sum = 0;
  if (__builtin_add_overflow(raw_, other.raw_, &sum)) throw_overflow();
  return from_raw(sum);
}

Decimal Decimal::operator-(Decimal other) const {
  Int128 difference = 0;
  if (__builtin_sub_overflow(raw_, other.raw_, &difference)) throw_overflow();
  return from_raw(difference);
}

Decimal Decimal::times(std::int64_t factor) const {
  // By division: the compiler's own check of a 128-bit product needs a runtime library that libgcc does not have.
  if (factor == 0 || raw_ == 0) return {};
  if (factor == -1) return Decimal{} - *this;
  const Int128 a = highest / factor;
  const Int128 b = lowest / factor;
  if (raw_ > std::max(a, b) || raw_ < std::min(a, b)) throw_overflow();
  return from_raw(raw_ * factor);
}

Money Decimal::rounded(Currency currency) const {
  return {narrowed(rounded_quotient(raw_, minor_unit(currency)), "an amount of money"), currency};
}

std::string Decimal::text() const {
  const auto magnitude = raw_ < 0 ? -static_cast<UInt128>(raw_) : static_cast<UInt128>(raw_);
  auto text = digits_text(magnitude / one);
  if (auto fraction = digits_text(magnitude % one); fraction != "0") {
    fraction.insert(0, places - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += '.' + fraction;
  }
  return raw_ < 0 ? "-" + text : text;
}

Money multiply_ratio(Money amount, std::int64_t numerator, std::int64_t denominator) {
  if (denominator <= 0) throw std::invalid_argument("multiply_ratio: the denominator must be positive");
  const Int128 product = static_cast<Int128>(amount.minor()) * numerator;
  return {narrowed(rounded_quotient(product, denominator), "an amount of money"), amount.currency()};
}

}  // namespace billing
