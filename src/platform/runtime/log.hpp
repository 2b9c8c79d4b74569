#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace billing::log {

/// One line of JSON a record on stderr: {"at":…,"level":…,"event":…, fields…}. Never pass a secret: values are written as they are, cut
/// after a thousand bytes, and what is not UTF-8 as U+FFFD. Nobody waits for whoever reads stderr: what it does not take is dropped, and counted
/// by a later line (log_lines_dropped).
struct Field {
  std::string_view name;
  std::string value;
  bool quoted = true;  // false for numbers and booleans

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(v) {}
  Field(std::string_view n, bool v) : name(n), value(v ? "true" : "false"), quoted(false) {}
  template <class Number>
    requires std::is_integral_v<Number>
  Field(std::string_view n, Number v) : name(n), value(std::to_string(v)), quoted(false) {}
};
using Fields = std::initializer_list<Field>;

/// `level`: debug, info, warn or error; anything else is refused with std::invalid_argument.
void set_level(std::string_view level);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace billing::log
