#include "platform/postgres/session.hpp"

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

}  // namespace

Params& Params::add(std::string_view value) {
  refuse_nul(value);
  values_.emplace_back(value);
  return *this;
}

Params& Params::add(std::int64_t value) {
  values_.emplace_back(std::to_string(value));
  return *this;
}

Params& Params::add(bool value) {
  values_.emplace_back(value ? "t" : "f");
  return *this;
}

Params& Params::add(Instant value) {
  values_.emplace_back(to_text(value));
  return *this;
}

Params& Params::add(Date value) {
  values_.emplace_back(to_text(value));
  return *this;
}

Params& Params::add_null() {
  values_.emplace_back();
  return *this;
}

Params& Params::add_array(const std::vector<std::string>& values) {
  values_.emplace_back(array_literal(values, [](std::string& out, const std::string& value) { append_quoted(out, value); }));
  return *this;
}

Params& Params::add_array(const std::vector<std::optional<std::string>>& values) {
  values_.emplace_back(array_literal(values, [](std::string& out, const std::optional<std::string>& value) {
    if (value) {
      append_quoted(out, *value);
    } else {
      out += "NULL";  // unquoted: the text "NULL" is quoted and stays text
    }
  }));
  return *this;
}

Params& Params::add_array(const std::vector<std::int64_t>& values) {
  values_.emplace_back(array_literal(values, [](std::string& out, std::int64_t value) { out += std::to_string(value); }));
  return *this;
}

}  // namespace billing::pg
