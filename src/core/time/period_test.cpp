#include "core/time/period.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/overflow.hpp"
#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

void expect_starts(std::string_view anchor, Interval interval, const std::vector<std::string_view>& starts) {
  std::int64_t n = 0;
  for (const auto start : starts) EXPECT_EQ(to_text(period_start(day(anchor), interval, n++)), start) << "anchored on " << anchor;
}

constexpr Interval monthly{IntervalUnit::month, 1};
constexpr Interval yearly{IntervalUnit::year, 1};

TEST(Period, the_end_is_not_included) {
  const auto january = period("2026-01-01", "2026-02-01");
  EXPECT_EQ(january.days(), 31);
  EXPECT_TRUE(january.contains(day("2026-01-01")));
  EXPECT_TRUE(january.contains(day("2026-01-31")));
  EXPECT_FALSE(january.contains(day("2026-02-01")));
  EXPECT_FALSE(january.contains(day("2025-12-31")));
}

TEST(Period, a_month_end_subscription_returns_to_the_31st) {
  expect_starts("2026-01-31", monthly,
                {"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31",
                 "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"});
}

TEST(Period, a_month_without_the_anchors_day_starts_on_its_last_day) {
  expect_starts("2028-01-31", monthly, {"2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"});
  expect_starts("2027-12-30", monthly, {"2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"});
  expect_starts("2026-01-29", monthly, {"2026-01-29", "2026-02-28", "2026-03-29"});
  expect_starts("2028-01-29", monthly, {"2028-01-29", "2028-02-29", "2028-03-29"});
  expect_starts("2100-01-31", monthly, {"2100-01-31", "2100-02-28"});
  expect_starts("2000-01-31", monthly, {"2000-01-31", "2000-02-29"});
}

TEST(Period, a_month_end_is_no_anchor_of_its_own) {
  expect_starts("2026-02-28", monthly, {"2026-02-28", "2026-03-28", "2026-04-28"});
  expect_starts("2026-04-30", monthly, {"2026-04-30", "2026-05-30", "2026-06-30"});
}

TEST(Period, a_yearly_subscription_of_february_29_returns_to_it_in_leap_years) {
  expect_starts("2024-02-29", yearly, {"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"});
}

TEST(Period, an_interval_is_days_weeks_months_or_years_times_a_count) {
  expect_starts("2028-02-28", {IntervalUnit::day, 1}, {"2028-02-28", "2028-02-29", "2028-03-01"});
  expect_starts("2026-01-01", {IntervalUnit::day, 30}, {"2026-01-01", "2026-01-31", "2026-03-02"});
  expect_starts("2026-12-28", {IntervalUnit::week, 1}, {"2026-12-28", "2027-01-04", "2027-01-11"});
  expect_starts("2026-01-01", {IntervalUnit::week, 2}, {"2026-01-01", "2026-01-15", "2026-01-29"});
  expect_starts("2026-11-30", {IntervalUnit::month, 3}, {"2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"});
  expect_starts("2026-12-31", {IntervalUnit::month, 6}, {"2026-12-31", "2027-06-30", "2027-12-31"});
  expect_starts("2026-03-31", {IntervalUnit::year, 2}, {"2026-03-31", "2028-03-31"});
  expect_starts("2026-01-31", {IntervalUnit::month, 1000}, {"2026-01-31", "2109-05-31"});
}

TEST(Period, the_nth_period_runs_to_the_next_start) {
  EXPECT_EQ(period_at(day("2026-01-31"), monthly, 1), period("2026-02-28", "2026-03-31"));
  EXPECT_EQ(period_at(day("2026-01-31"), monthly, 1).days(), 31);
}

TEST(Period, a_day_beyond_the_year_9999_is_refused) {
  EXPECT_EQ(to_text(period_start(day("2026-12-31"), {IntervalUnit::day, 1}, 2'912'078)), "9999-12-31");
  EXPECT_THROW(period_start(day("2026-12-31"), {IntervalUnit::day, 1}, 2'912'079), Overflow);
  EXPECT_EQ(to_text(period_start(day("2026-12-31"), monthly, 12 * 7973)), "9999-12-31");
  EXPECT_THROW(period_start(day("2026-12-31"), monthly, 12 * 7973 + 1), Overflow);
  EXPECT_THROW(period_start(day("2026-01-01"), {IntervalUnit::year, 1000}, 8), Overflow);
  for (const auto unit : {IntervalUnit::day, IntervalUnit::week, IntervalUnit::month, IntervalUnit::year}) {
    EXPECT_THROW(period_start(day("2026-01-01"), {unit, 1}, int64_max), Overflow);
    EXPECT_THROW(period_start(day("2026-01-01"), {unit, 1000}, int64_max / 2), Overflow);
  }
  EXPECT_THROW(period_start(day("2026-01-01"), monthly, -1), std::invalid_argument);
}

TEST(Period, a_date_is_written_year_month_day) {
  for (const auto* text : {"2026-01-31", "2028-02-29", "1970-01-01", "1999-12-31", "0999-10-05", "9999-12-31"}) {
    EXPECT_EQ(to_text(day(text)), text);
  }
}

TEST(Period, interval_units_have_one_name_everywhere) {
  for (const auto* text : {"day", "week", "month", "year"}) EXPECT_EQ(to_text(parse_interval_unit(text).value()), text);
  for (const auto* text : {"", "days", "Month", "quarter"}) EXPECT_FALSE(parse_interval_unit(text)) << text;
}

Date any_day() { return day("1970-01-01") + std::chrono::days{*rc::gen::inRange(0, 50'000)}; }
Interval any_interval() {
  const auto unit = *rc::gen::element(IntervalUnit::day, IntervalUnit::week, IntervalUnit::month, IntervalUnit::year);
  return {unit, *rc::gen::inRange<std::int64_t>(1, 25)};
}

RC_GTEST_PROP(PeriodProperty, periods_tile_without_gap_or_overlap, ()) {
  const auto anchor = any_day();
  const auto interval = any_interval();
  auto previous_end = anchor;
  for (std::int64_t n = 0; n < 40; ++n) {
    const auto at = period_at(anchor, interval, n);
    RC_ASSERT(at.start == previous_end);
    RC_ASSERT(at.days() >= interval.count);
    previous_end = at.end;
  }
}

RC_GTEST_PROP(PeriodProperty, a_monthly_start_is_the_anchors_day_or_the_months_last, ()) {
  using std::chrono::year_month_day, std::chrono::year_month_day_last;
  const auto anchor = any_day();
  const auto n = *rc::gen::inRange<std::int64_t>(0, 2000);
  const year_month_day from{anchor};
  const year_month_day start{period_start(anchor, monthly, n)};
  const auto last = year_month_day_last{start.year(), std::chrono::month_day_last{start.month()}}.day();
  RC_ASSERT(start.day() == from.day() || (start.day() == last && last < from.day()));
  const auto months_between = [](year_month_day a, year_month_day b) {
    return (static_cast<int>(b.year()) - static_cast<int>(a.year())) * 12 + static_cast<int>(static_cast<unsigned>(b.month())) -
           static_cast<int>(static_cast<unsigned>(a.month()));
  };
  RC_ASSERT(months_between(from, start) == n);
}

RC_GTEST_PROP(PeriodProperty, date_text_reads_back_as_the_same_day, ()) {
  const auto any = day("0001-01-01") + std::chrono::days{*rc::gen::inRange(0, 3'652'058)};
  RC_ASSERT(day(to_text(any)) == any);
}

}  // namespace
}  // namespace billing
