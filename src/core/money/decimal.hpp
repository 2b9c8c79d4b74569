#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/int128.hpp"
#include "core/money/money.hpp"

namespace billing {

/// An exact decimal in a currency's major unit with up to 12 decimal places: an Int128 count of 10^-12. Operations throw Overflow beyond it.
class Decimal {
 public:
  static constexpr int places = 12;

  constexpr Decimal() = default;
  /// Digits with an optional fraction of at most 12 places, at most 15 digits before the point; no sign, exponent, blank or
  /// bare point ("0.001", "5", "12.50"). nullopt for anything else.
  static std::optional<Decimal> parse_price(std::string_view text);
  /// Exact: 6900 US cents are 69.
  static Decimal of(Money amount);
  static constexpr Decimal from_raw(Int128 raw) {
    Decimal d;
    d.raw_ = raw;
    return d;
  }

  constexpr Int128 raw() const { return raw_; }
  Decimal operator+(Decimal other) const;
  Decimal operator-(Decimal other) const;
  /// Exact.
  Decimal times(std::int64_t factor) const;
  bool operator==(const Decimal&) const = default;
  auto operator<=>(const Decimal&) const = default;
  bool is_zero() const { return raw_ == 0; }

  /// Rounded once, half away from zero, to the currency's minor unit. Throws Overflow when that does not fit 64 bits.
  Money rounded(Currency currency) const;
  /// The shortest exact text: "0.001", "5", "-12.5", "0".
  std::string text() const;

 private:
  Int128 raw_ = 0;
};

}  // namespace billing
