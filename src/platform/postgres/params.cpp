#include "platform/postgres/params.hpp"

#include <stdexcept>

namespace billing::pg {
namespace {

/// Text goes to libpq as a C string: a NUL byte would silently cut it short, and PostgreSQL has no text that holds one.
void refuse_nul(std::string_view value) {
  if (value.find('\0') != std::string_view::npos) throw std::invalid_argument("a NUL byte in a text parameter");
}

void append_quoted(std::string& out, std::string_view element) {
  refuse_nul(element);
  out += '"';
  for (const char c : element) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

template <class Elements, class Append>
std::string array_literal(const Elements& elements, Append append) {
  std::string out = "{";
  for (const auto& element : elements) {
    if (out.size() > 1) out += ',';
    append(out, element);
  }
  out += '}';
  return out;
}

template <std::integral T>
void append(std::string& out, T value) {
  for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

/// The header of an array as PostgreSQL receives it (array_recv in its source): one dimension, counted from 1, or none.
std::string begun_array(std::int32_t type, std::size_t count, std::size_t width) {
  std::string out;
  out.reserve(20 + count * (4 + width));
  append(out, std::int32_t{count > 0 ? 1 : 0});
  append(out, std::int32_t{1});  // there may be a NULL
  append(out, type);
  if (count == 0) return out;
  append(out, static_cast<std::int32_t>(count));
  append(out, std::int32_t{1});
  return out;
}

void append_null(std::string& out) { append(out, std::int32_t{-1}); }

template <std::integral T>
void append_element(std::string& out, T value) {
  append(out, static_cast<std::int32_t>(sizeof(T)));
  append(out, value);
}

// The types' numbers, as PostgreSQL's catalogue has them for good.
constexpr std::int32_t bigint_type = 20;
constexpr std::int32_t date_type = 1082;
constexpr std::int32_t timestamptz_type = 1184;
constexpr std::int32_t uuid_type = 2950;

constexpr Date epoch{std::chrono::year{2000} / 1 / 1};

std::int64_t wire(std::int64_t value) { return value; }
std::int32_t wire(Date day) { return static_cast<std::int32_t>((day - epoch).count()); }
std::int64_t wire(Instant at) { return (at - Instant{epoch}).count(); }

template <class T>
Params::Value array_of(std::int32_t type, const std::vector<T>& values) {
  auto out = begun_array(type, values.size(), sizeof(std::int64_t));
  for (const auto& value : values) append_element(out, wire(value));
  return {.bytes = std::move(out), .is_text = false};
}

template <class T>
Params::Value array_of(std::int32_t type, const std::vector<std::optional<T>>& values) {
  auto out = begun_array(type, values.size(), sizeof(std::int64_t));
  for (const auto& value : values) {
    if (value) {
      append_element(out, wire(*value));
    } else {
      append_null(out);
    }
  }
  return {.bytes = std::move(out), .is_text = false};
}

}  // namespace

Params& Params::add(Value value) {
  values_.push_back(std::move(value));
  return *this;
}
Params& Params::add_text(std::string text) { return add(Value{.bytes = std::move(text)}); }

Params& Params::add(std::string_view value) {
  refuse_nul(value);
  return add_text(std::string{value});
}

Params& Params::add(std::int64_t value) { return add_text(std::to_string(value)); }
Params& Params::add(bool value) { return add_text(value ? "t" : "f"); }
Params& Params::add(Instant value) { return add_text(to_text(value)); }
Params& Params::add(Date value) { return add_text(to_text(value)); }

Params& Params::add_null() { return add(Value{.is_null = true}); }

Params& Params::add_array(const std::vector<std::string>& values) {
  return add_text(array_literal(values, [](std::string& out, const std::string& value) { append_quoted(out, value); }));
}

Params& Params::add_array(const std::vector<std::optional<std::string>>& values) {
  return add_text(array_literal(values, [](std::string& out, const std::optional<std::string>& value) {
    if (value) {
      append_quoted(out, *value);
    } else {
      out += "NULL";  // unquoted: the text "NULL" is quoted and stays text
    }
  }));
}

Params& Params::add_array(const std::vector<std::int64_t>& values) { return add(array_of(bigint_type, values)); }
Params& Params::add_array(const std::vector<std::optional<std::int64_t>>& values) { return add(array_of(bigint_type, values)); }
Params& Params::add_array(const std::vector<Date>& values) { return add(array_of(date_type, values)); }
Params& Params::add_array(const std::vector<std::optional<Date>>& values) { return add(array_of(date_type, values)); }
Params& Params::add_array(const std::vector<Instant>& values) { return add(array_of(timestamptz_type, values)); }
Params& Params::add_array(const std::vector<std::optional<Instant>>& values) { return add(array_of(timestamptz_type, values)); }

void Params::begin_uuids(std::size_t count) { add(Value{.bytes = begun_array(uuid_type, count, sizeof(UuidBytes)), .is_text = false}); }

void Params::append_uuid(const UuidBytes* bytes) {
  auto& out = values_.back().bytes;
  if (!bytes) return append_null(out);
  append(out, static_cast<std::int32_t>(bytes->size()));
  out.append(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

}  // namespace billing::pg
