#include "base/time.hpp"

#include <cstdint>
#include <stdexcept>

namespace billing {
namespace {

using namespace std::chrono;

/// Reads fixed-width digits and literal characters from the front of a text; any mismatch makes `ok` false for good.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    if (rest.size() < count) return fail();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return fail();
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool accept(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  int fail() {
    ok = false;
    return 0;
  }
};

std::optional<Date> scan_date(Scanner& in) {
  const int y = in.digits(4);
  in.expect('-');
  const int m = in.digits(2);
  in.expect('-');
  const int d = in.digits(2);
  const year_month_day ymd{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!in.ok || !ymd.ok() || y < 1970) return std::nullopt;
  return sys_days{ymd};
}

/// hh:mm:ss with an optional fraction, of which microseconds are kept.
microseconds scan_time_of_day(Scanner& in) {
  const int h = in.digits(2);
  in.expect(':');
  const int m = in.digits(2);
  in.expect(':');
  const int s = in.digits(2);
  if (h > 23 || m > 59 || s > 59) in.fail();
  microseconds total = hours{h} + minutes{m} + seconds{s};
  if (!in.accept('.')) return total;
  std::size_t count = 0;
  for (std::int64_t unit = 100'000; !in.rest.empty() && in.rest.front() >= '0' && in.rest.front() <= '9'; ++count, unit /= 10) {
    total += microseconds{(in.rest.front() - '0') * unit};
    in.rest.remove_prefix(1);
  }
  if (count == 0) in.fail();
  return total;
}

minutes scan_offset(Scanner& in) {
  if (in.accept('Z') || in.accept('z')) return minutes{0};
  const bool east = in.accept('+');
  if (!east) in.expect('-');
  const int h = in.digits(2);
  in.expect(':');
  const int m = in.digits(2);
  if (h > 23 || m > 59) in.fail();
  const minutes offset = hours{h} + minutes{m};
  return east ? offset : -offset;
}

std::string padded(std::int64_t value, std::size_t width) {
  auto text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

}  // namespace

std::string to_text(Date day) {
  const year_month_day ymd{day};
  return padded(static_cast<int>(ymd.year()), 4) + '-' + padded(static_cast<unsigned>(ymd.month()), 2) + '-' +
         padded(static_cast<unsigned>(ymd.day()), 2);
}

std::string to_text(Instant at) {
  const Date day = date_of(at);
  const hh_mm_ss time{at - day};
  auto text = to_text(day) + 'T' + padded(time.hours().count(), 2) + ':' + padded(time.minutes().count(), 2) + ':' +
              padded(time.seconds().count(), 2);
  if (time.subseconds().count() != 0) text += '.' + padded(time.subseconds().count(), 6);
  return text + 'Z';
}

std::optional<Date> parse_date(std::string_view text) {
  Scanner in{text};
  const auto day = scan_date(in);
  return in.rest.empty() ? day : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  Scanner in{text};
  const auto day = scan_date(in);
  if (!day) return std::nullopt;
  if (!in.accept('T') && !in.accept('t')) return std::nullopt;
  const auto time = scan_time_of_day(in);
  const auto offset = scan_offset(in);
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  return Instant{*day} + time - offset;
}

Instant parse_postgres_timestamp(std::string_view text) {
  Scanner in{text};
  const auto day = scan_date(in);
  in.expect(' ');
  const auto time = scan_time_of_day(in);
  if (!day || !in.ok || in.rest != "+00") throw std::logic_error("not a UTC timestamp of PostgreSQL: " + std::string{text});
  return Instant{*day} + time;
}

}  // namespace billing
