#pragma once

#include <charconv>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/catalog/plan.hpp"
#include "core/ids.hpp"
#include "core/money/decimal.hpp"
#include "core/money/percent.hpp"
#include "core/tax/rates.hpp"
#include "core/time/period.hpp"

// What the tests of core share: short ways to write values down.
namespace billing {

inline void PrintTo(const Decimal& value, std::ostream* out) { *out << value.text(); }
inline void PrintTo(const Money& value, std::ostream* out) { *out << value.currency().code() << ' ' << major_text(value); }
inline void PrintTo(const Period& value, std::ostream* out) { *out << '[' << to_text(value.start) << ", " << to_text(value.end) << ')'; }

namespace test {

inline constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();
inline constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();
inline constexpr Int128 int128_max = (((Int128{1} << 126) - 1) << 1) + 1;
inline constexpr Int128 int128_min = -int128_max - 1;

inline Currency currency(std::string_view code) { return Currency::parse(code).value(); }
inline Money money(std::int64_t minor, std::string_view code = "USD") { return {minor, currency(code)}; }
inline Money usd(std::int64_t cents) { return money(cents); }

/// "0.001", and with a sign for what no price may be: "-12.5".
inline Decimal decimal(std::string_view text) {
  if (text.starts_with('-')) return Decimal{} - Decimal::parse_price(text.substr(1)).value();
  return Decimal::parse_price(text).value();
}

inline int number(std::string_view text) {
  int value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) throw std::invalid_argument(std::string{text});
  return value;
}

inline Percent percent(std::string_view text) { return Percent::parse(text).value(); }
inline TaxRate rate(std::string code, std::string_view percents, std::optional<std::string> country = {}) {
  return {code, code, percent(percents), std::move(country)};
}

/// "2026-01-31"
inline Date day(std::string_view text) {
  const std::chrono::year_month_day date{std::chrono::year{number(text.substr(0, 4))},
                                         std::chrono::month{static_cast<unsigned>(number(text.substr(5, 2)))},
                                         std::chrono::day{static_cast<unsigned>(number(text.substr(8, 2)))}};
  if (!date.ok() || text.size() != 10) throw std::invalid_argument(std::string{text});
  return date;
}
/// `end` is not included.
inline Period period(std::string_view start, std::string_view end) { return {day(start), day(end)}; }

inline SubscriptionId subscription_id(std::uint8_t number) {
  SubscriptionId::Bytes bytes{};
  bytes.back() = number;
  return SubscriptionId{bytes};
}

inline Plan plan(Money amount, std::vector<Charge> charges = {}) {
  return {.code = "pro", .name = "Pro", .amount = amount, .interval = {}, .trial_days = 0, .active = true, .charges = std::move(charges)};
}
inline Charge per_unit(std::string metric, std::string_view unit_price, std::int64_t included = 0) {
  return {std::move(metric), included, PerUnit{decimal(unit_price)}};
}

}  // namespace test
}  // namespace billing
