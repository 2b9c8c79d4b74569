#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace billing {

/// A moment in UTC, to the microsecond (PostgreSQL's resolution).
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// A UTC day.
using Date = std::chrono::sys_days;

inline Date date_of(Instant at) { return std::chrono::floor<std::chrono::days>(at); }

/// RFC 3339 in UTC: 2026-01-31T09:00:00Z, with six decimals only where there is a fraction.
std::string to_text(Instant at);
/// 2026-01-31
std::string to_text(Date day);

/// RFC 3339 with any offset; nullopt for anything else (no offset, Feb 30, hour 24, a year outside 1970–9999).
std::optional<Instant> parse_instant(std::string_view text);
/// YYYY-MM-DD of a real day; nullopt for anything else.
std::optional<Date> parse_date(std::string_view text);
/// What PostgreSQL prints for a timestamptz with TimeZone=UTC: "2026-01-31 09:00:00.123+00".
Instant parse_postgres_timestamp(std::string_view text);

}  // namespace billing
