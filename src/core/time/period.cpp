#include "core/time/period.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "base/overflow.hpp"

namespace billing {
namespace {

using namespace std::chrono;

constexpr Date last_day = sys_days{year{9999} / December / 31};

[[noreturn]] void throw_overflow() { throw Overflow("a billing period ends after the year 9999"); }

Date plus_days(Date anchor, std::int64_t count) {
  if (count > (last_day - anchor).count()) throw_overflow();
  return anchor + days{static_cast<int>(count)};
}

Date plus_months(Date anchor, std::int64_t count) {
  const year_month_day from{anchor};
  if (count > 12 * (9999 - static_cast<int>(from.year())) + 11) throw_overflow();
  const year_month month = from.year() / from.month() + months{static_cast<int>(count)};
  if (month.year() > year{9999}) throw_overflow();
  const day last = (month / std::chrono::last).day();
  return sys_days{month / std::min(from.day(), last)};
}

}  // namespace

std::string_view to_text(IntervalUnit unit) {
  switch (unit) {
    case IntervalUnit::day: return "day";
    case IntervalUnit::week: return "week";
    case IntervalUnit::month: return "month";
    case IntervalUnit::year: return "year";
  }
  throw std::logic_error("no such interval unit");
}

std::optional<IntervalUnit> parse_interval_unit(std::string_view text) {
  for (const auto unit : {IntervalUnit::day, IntervalUnit::week, IntervalUnit::month, IntervalUnit::year}) {
    if (text == to_text(unit)) return unit;
  }
  return std::nullopt;
}

Date period_start(Date anchor, Interval interval, std::int64_t n) {
  if (n < 0) throw std::invalid_argument("period_start: periods are counted from 0");
  const auto times = [](std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) throw_overflow();
    return product;
  };
  const auto units = times(n, interval.count);
  switch (interval.unit) {
    case IntervalUnit::day: return plus_days(anchor, units);
    case IntervalUnit::week: return plus_days(anchor, times(units, 7));
    case IntervalUnit::month: return plus_months(anchor, units);
    case IntervalUnit::year: return plus_months(anchor, times(units, 12));
  }
  throw std::logic_error("no such interval unit");
}

Period period_at(Date anchor, Interval interval, std::int64_t n) {
  return {period_start(anchor, interval, n), period_start(anchor, interval, n + 1)};
}

}  // namespace billing
