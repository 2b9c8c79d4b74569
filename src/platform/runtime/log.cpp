#include "platform/runtime/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <mutex>
#include <stdexcept>

#include "base/time.hpp"
#include "platform/runtime/unicode.hpp"

namespace billing::log {
namespace {

enum class Level : std::uint8_t { debug, info, warn, error };
constexpr std::string_view names[] = {"debug", "info", "warn", "error"};

std::atomic<Level> lowest{Level::info};
std::mutex writing;
std::int64_t dropped = 0;  // lines, under `writing`

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

/// No value makes a line longer than a pipe takes at once.
constexpr std::size_t longest_value = 1'000;

std::string line_of(Level level, std::string_view event, Fields fields) {
  std::string line = R"({"at":)";
  append_quoted(line, to_text(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())));
  line += R"(,"level":)";
  append_quoted(line, names[static_cast<std::size_t>(level)]);
  line += R"(,"event":)";
  append_quoted(line, event);
  for (const auto& field : fields) {
    std::string more = ",";
    append_quoted(more, field.name);
    more += ':';
    if (field.quoted) {
      append_quoted(more, valid_utf8(std::string_view{field.value}.substr(0, longest_value)));
    } else {
      more += field.value;
    }
    if (line.size() + more.size() + 2 <= PIPE_BUF) line += more;
  }
  return line + "}\n";
}

/// Whether stderr takes a line of at most PIPE_BUF bytes without making us wait: whoever reads it may have stopped.
bool takes_a_line() {
  pollfd out{STDERR_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

bool put(const std::string& line) { return takes_a_line() && ::write(STDERR_FILENO, line.data(), line.size()) > 0; }

void write(Level level, std::string_view event, Fields fields) {
  if (level < lowest.load()) return;
  const auto line = line_of(level, event, fields);
  const std::lock_guard lock{writing};
  if (dropped > 0 && put(line_of(Level::warn, "log_lines_dropped", {{"lines", dropped}}))) dropped = 0;
  if (dropped > 0 || !put(line)) ++dropped;
}

}  // namespace

void set_level(std::string_view level) {
  for (const auto one : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (level == names[static_cast<std::size_t>(one)]) return lowest.store(one);
  }
  throw std::invalid_argument("the log level is one of debug, info, warn, error");
}

void debug(std::string_view event, Fields fields) { write(Level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(Level::info, event, fields); }
void warn(std::string_view event, Fields fields) { write(Level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(Level::error, event, fields); }

}  // namespace billing::log
