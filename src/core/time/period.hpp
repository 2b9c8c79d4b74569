#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace billing {

/// The days [start, end): `end` is not included.
struct Period {
  Date start;
  Date end;

  std::int64_t days() const { return (end - start).count(); }
  bool contains(Date day) const { return start <= day && day < end; }
  bool operator==(const Period&) const = default;
  auto operator<=>(const Period&) const = default;
};

enum class IntervalUnit : std::uint8_t { day, week, month, year };
std::string_view to_text(IntervalUnit unit);
std::optional<IntervalUnit> parse_interval_unit(std::string_view text);

/// How often a plan bills: every `count` units, 1 to 1000.
struct Interval {
  IntervalUnit unit = IntervalUnit::month;
  std::int64_t count = 1;
  bool operator==(const Interval&) const = default;
};

/// The first day of the n-th period (n ≥ 0), counted from the anchor and never from the previous end: anchored on Jan 31,
/// monthly periods start on Jan 31, Feb 28 (29), Mar 31, Apr 30. In a month that lacks the anchor's day it starts on the month's last one.
/// Throws Overflow beyond the year 9999.
Date period_start(Date anchor, Interval interval, std::int64_t n);
/// [period_start(n), period_start(n + 1)); the same errors.
Period period_at(Date anchor, Interval interval, std::int64_t n);

}  // namespace billing
