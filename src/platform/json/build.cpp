#include "platform/json/build.hpp"

#include <cstdint>

namespace billing::json {
namespace {

/// How many bytes the UTF-8 sequence at the front of `text` has; 0 when it is not one (overlong forms and surrogates included).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const auto first = byte(0);
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool plain(char c) { return static_cast<std::uint8_t>(c) >= 0x20 && static_cast<std::uint8_t>(c) < 0x80 && c != '"' && c != '\\'; }

/// Appends what stands at the front of `text` and is not plain; returns how many bytes of it that was.
std::size_t append_special(std::string& out, std::string_view text) {
  const char c = text[0];
  switch (c) {
    case '"': out += "\\\""; return 1;
    case '\\': out += "\\\\"; return 1;
    case '\n': out += "\\n"; return 1;
    case '\r': out += "\\r"; return 1;
    case '\t': out += "\\t"; return 1;
    default: break;
  }
  if (static_cast<std::uint8_t>(c) < 0x20) {
    constexpr auto digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[static_cast<std::uint8_t>(c) >> 4];
    out += digits[c & 15];
    return 1;
  }
  const auto length = sequence_length(text);
  if (length == 0) {
    out += "\xef\xbf\xbd";
    return 1;
  }
  out += text.substr(0, length);
  return length;
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && plain(text[run])) ++run;
    out += text.substr(0, run);
    text.remove_prefix(run);
    if (!text.empty()) text.remove_prefix(append_special(out, text));
  }
  out += '"';
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = static_cast<std::uint8_t>(text[0]) < 0x80 ? 1 : sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace billing::json
