#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/overflow.hpp"

namespace billing {

/// An ISO 4217 currency.
class Currency {
 public:
  /// "USD"; nullopt for anything that is not an ISO 4217 code in upper case with a minor unit (gold, XAU, has none). Codes of the past too.
  static std::optional<Currency> parse(std::string_view code);
  /// Of today's codes only: what may be sold in.
  static std::optional<Currency> parse_active(std::string_view code);

  std::string_view code() const { return {code_.data(), 3}; }
  /// Decimal places of the minor unit: USD 2, JPY 0, KWD 3.
  int exponent() const { return exponent_; }
  bool operator==(const Currency&) const = default;
  auto operator<=>(const Currency&) const = default;

 private:
  Currency(std::array<char, 3> code, std::int8_t exponent) : code_(code), exponent_(exponent) {}
  std::array<char, 3> code_;
  std::int8_t exponent_;
};

/// Integer minor units of one currency. Arithmetic across currencies throws std::logic_error, beyond 64 bits Overflow.
class Money {
 public:
  constexpr Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}

  constexpr std::int64_t minor() const { return minor_; }
  constexpr Currency currency() const { return currency_; }

  Money operator+(Money other) const;
  Money operator-(Money other) const;
  Money operator-() const;
  bool operator==(const Money&) const = default;
  /// Throws std::logic_error across currencies.
  std::strong_ordering operator<=>(Money other) const;
  bool is_zero() const { return minor_ == 0; }
  bool is_negative() const { return minor_ < 0; }

 private:
  std::int64_t minor_;
  Currency currency_;
};

/// Decimal text in the major unit, all decimal places written: 6900 USD "69.00", 500 JPY "500", -5 USD "-0.05".
std::string major_text(Money amount);

}  // namespace billing
