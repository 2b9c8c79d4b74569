#include "platform/runtime/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <stdexcept>

#include "base/time.hpp"

namespace billing::log {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("billing", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      constexpr auto digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void write(spdlog::level::level_enum level, std::string_view event, Fields fields) {
  if (!logger().should_log(level)) return;
  std::string line = R"({"at":)";
  append_quoted(line, to_text(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())));
  line += R"(,"level":)";
  append_quoted(line, level == spdlog::level::warn ? "warn" : spdlog::level::to_string_view(level).data());
  line += R"(,"event":)";
  append_quoted(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.quoted) {
      append_quoted(line, field.value);
    } else {
      line += field.value;
    }
  }
  line += '}';
  logger().log(level, "{}", line);
}

}  // namespace

void set_level(std::string_view level) {
  if (level == "debug") return logger().set_level(spdlog::level::debug);
  if (level == "info") return logger().set_level(spdlog::level::info);
  if (level == "warn") return logger().set_level(spdlog::level::warn);
  if (level == "error") return logger().set_level(spdlog::level::err);
  throw std::invalid_argument("the log level is one of debug, info, warn, error");
}

void debug(std::string_view event, Fields fields) { write(spdlog::level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(spdlog::level::info, event, fields); }
void warn(std::string_view event, Fields fields) { write(spdlog::level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(spdlog::level::err, event, fields); }

}  // namespace billing::log
