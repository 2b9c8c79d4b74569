#include "base/time.hpp"

#include <gtest/gtest.h>

namespace billing {
namespace {

using namespace std::chrono;

constexpr Instant morning{sys_days{2026y / January / 31} + 9h};

TEST(Time, an_instant_is_written_in_utc_with_a_fraction_only_where_there_is_one) {
  EXPECT_EQ(to_text(morning), "2026-01-31T09:00:00Z");
  EXPECT_EQ(to_text(morning + 1us), "2026-01-31T09:00:00.000001Z");
  EXPECT_EQ(to_text(Date{2024y / February / 29}), "2024-02-29");
}

TEST(Time, rfc_3339_is_read_with_any_offset) {
  EXPECT_EQ(parse_instant("2026-01-31T09:00:00Z"), morning);
  EXPECT_EQ(parse_instant("2026-01-31T10:30:00+01:30"), morning);
  EXPECT_EQ(parse_instant("2026-01-31T04:00:00-05:00"), morning);
  EXPECT_EQ(parse_instant("2026-01-31t09:00:00.25z"), morning + 250ms);
  EXPECT_EQ(parse_instant("2026-01-31T09:00:00.1234567Z"), morning + 123456us);
}

TEST(Time, anything_else_is_no_instant) {
  for (const auto* text : {"", "2026-01-31", "2026-01-31T09:00:00", "2026-02-30T09:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31 09:00:00Z",
                           "2026-01-31T09:00:60Z", "2026-01-31T09:00:00.Z", "2026-01-31T09:00:00Zx", "1969-12-31T00:00:00Z",
                           "2026-01-31T09:00:00+1:30", "2026-01-31T09:00:00+25:00", "26-01-31T09:00:00Z", "2026-13-01T00:00:00Z"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

TEST(Time, a_date_is_a_real_day) {
  EXPECT_EQ(parse_date("2024-02-29"), Date{2024y / February / 29});
  for (const auto* text : {"2026-02-29", "2026-1-31", "2026-01-31T00:00:00Z", "", "x"}) EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(Time, what_postgresql_prints_is_read) {
  EXPECT_EQ(parse_postgres_timestamp("2026-01-31 09:00:00+00"), morning);
  EXPECT_EQ(parse_postgres_timestamp("2026-01-31 09:00:00.5+00"), morning + 500ms);
  EXPECT_THROW(parse_postgres_timestamp("2026-01-31 09:00:00+01"), std::logic_error);
}

}  // namespace
}  // namespace billing
