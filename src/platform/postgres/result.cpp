#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <stdexcept>

#include "platform/postgres/session.hpp"

namespace billing::pg {
namespace {

template <class Read>
auto unless_null(const Row& row, int column, Read read) -> std::optional<decltype(read())> {
  if (row.is_null(column)) return std::nullopt;
  return read();
}

std::int64_t parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) throw std::logic_error(fmt::format("not a 64-bit integer: {}", text));
  return value;
}

}  // namespace

bool Row::is_null(int column) const {
  if (!result_ || row_ < 0 || row_ >= PQntuples(result_) || column < 0 || column >= PQnfields(result_)) {
    throw std::logic_error(fmt::format("the result has no row {}, column {}", row_, column));
  }
  return PQgetisnull(result_, row_, column) != 0;
}

std::string_view Row::text(int column) const {
  if (is_null(column)) throw std::logic_error(fmt::format("column {} ({}) is NULL", column, PQfname(result_, column)));
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t Row::integer(int column) const { return parse_integer(text(column)); }

bool Row::boolean(int column) const {
  const auto value = text(column);
  if (value != "t" && value != "f") throw std::logic_error(fmt::format("not a boolean: {}", value));
  return value == "t";
}

Instant Row::instant(int column) const { return parse_postgres_timestamp(text(column)); }

Date Row::date(int column) const {
  const auto day = parse_date(text(column));
  if (!day) throw std::logic_error(fmt::format("not a date: {}", text(column)));
  return *day;
}

std::optional<std::string> Row::optional_text(int column) const {
  return unless_null(*this, column, [&] { return std::string{text(column)}; });
}
std::optional<std::int64_t> Row::optional_integer(int column) const {
  return unless_null(*this, column, [&] { return integer(column); });
}
std::optional<Instant> Row::optional_instant(int column) const {
  return unless_null(*this, column, [&] { return instant(column); });
}
std::optional<Date> Row::optional_date(int column) const {
  return unless_null(*this, column, [&] { return date(column); });
}

void Row::throw_unknown(int column) const {
  throw UnknownValue(fmt::format("the database holds a {} that this binary does not know: \"{}\"", PQfname(result_, column), text(column)));
}

Result::Result(pg_result* owned) : raw_(owned, [](const pg_result* result) { PQclear(const_cast<pg_result*>(result)); }) {}

std::size_t Result::size() const { return raw_ ? static_cast<std::size_t>(PQntuples(raw_.get())) : 0; }

std::int64_t Result::affected() const {
  if (!raw_) return 0;
  const std::string_view count = PQcmdTuples(const_cast<pg_result*>(raw_.get()));  // libpq reads only
  return count.empty() ? 0 : parse_integer(count);
}

}  // namespace billing::pg
