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

[[noreturn]] void throw_overflow() { throw Overflow("an exact decimal does not fit 128 bits"); }

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

Decimal Decimal::times(std::int64_t factor) const { return from_raw(multiplied(raw_, factor)); }

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

}  // namespace billing
