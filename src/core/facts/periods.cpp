#include "core/facts/periods.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/overflow.hpp"

namespace billing {
namespace {

using namespace std::chrono;

constexpr Date last_day = sys_days{year{9999} / December / 31};

/// The n-th day on which a full period begins, before the anchor too (n < 0).
Date anchored(const Life& life, const Interval& interval, std::int64_t n) {
  const auto units = n * interval.count;
  if (interval.unit == IntervalUnit::day) return life.anchor + days{static_cast<int>(units)};
  if (interval.unit == IntervalUnit::week) return life.anchor + weeks{static_cast<int>(units)};
  const year_month_day from{life.anchor};
  const auto months_after = interval.unit == IntervalUnit::year ? 12 * units : units;
  const year_month month = from.year() / from.month() + months{static_cast<int>(months_after)};
  const day number = life.anchor_day ? day{static_cast<unsigned>(*life.anchor_day)} : from.day();
  return sys_days{month / std::min(number, (month / std::chrono::last).day())};
}

/// Close to the number of the period that holds `on`.
std::int64_t guess(const Life& life, const Interval& interval, Date on) {
  const auto passed = (on - life.anchor).count();
  constexpr std::int64_t longest_month = 31;
  switch (interval.unit) {
    case IntervalUnit::day: return passed / interval.count;
    case IntervalUnit::week: return passed / (7 * interval.count);
    case IntervalUnit::month: return passed / (longest_month * interval.count);
    case IntervalUnit::year: return passed / (12 * longest_month * interval.count);
  }
  throw std::logic_error("no such interval unit");
}

}  // namespace

Date anchor_from(Date start, std::optional<std::int64_t> anchor_day) {
  if (!anchor_day) return start;
  const auto in_month = [&](year_month month) {
    return sys_days{month / std::min(day{static_cast<unsigned>(*anchor_day)}, (month / std::chrono::last).day())};
  };
  const year_month_day on{start};
  const auto this_month = in_month(on.year() / on.month());
  return start <= this_month ? this_month : in_month(on.year() / on.month() + months{1});
}

BillingPeriod period_from(const Life& life, Date start) {
  const auto interval = term_on(life, start).version->interval;
  auto n = guess(life, interval, start) - 1;
  while (anchored(life, interval, n) <= start) ++n;
  const auto end = anchored(life, interval, n);
  if (end > last_day) throw Overflow("a billing period ends after the year 9999");
  BillingPeriod period{{start, end}, (end - anchored(life, interval, n - 1)).count(), false};
  for (const auto& term : life.terms) {
    if (start < term.from && term.from < end && term.version->interval != interval) {
      period.days.end = term.from;
      break;
    }
  }
  return period;
}

std::optional<Life> roll_over(const Life& life, Date today) {
  const auto next_start = life.current().days.end;
  if (next_start > today || (life.end && life.end->on <= next_start)) return std::nullopt;
  auto next = life;
  if (term_on(life, next_start).version->interval != term_on(life, next_start - days{1}).version->interval) {
    next.anchor = next_start;
    next.anchor_day.reset();
  }
  next.periods.push_back(period_from(next, next_start));
  return next;
}

}  // namespace billing
