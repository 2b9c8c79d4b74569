#include "platform/pdf/presentable.hpp"

#include <glib.h>

#include "platform/runtime/unicode.hpp"

namespace billing::pdf {
namespace {

/// More than any language stacks on a letter.
constexpr int most_marks = 6;

/// Embeddings, overrides and isolates: each text is set by itself, so they could only make it read otherwise than it is written.
bool turns_text(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

bool is_line_end(char32_t c) { return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029; }

void append(std::string& out, char32_t c) {
  char bytes[6];
  out.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
}

}  // namespace

std::string presentable(std::string_view text, std::size_t most, bool keep_lines) {
  // No more is looked at than can be kept: a character is at most four bytes.
  auto valid = valid_utf8(text.substr(0, 8 * most + 8));
  std::string_view rest = valid;
  std::string out;
  std::size_t count = 0;
  int marks = 0;
  while (!rest.empty()) {
    const auto c = take_character(rest);
    if (c == '\r' || turns_text(c) || c == 0xFEFF) continue;
    marks = g_unichar_ismark(c) ? marks + 1 : 0;
    if (marks > most_marks) continue;
    if (++count >= most && !rest.empty()) {
      append(out, 0x2026);
      break;
    }
    if (is_line_end(c)) {
      out += keep_lines ? '\n' : ' ';
    } else if (g_unichar_iscntrl(c)) {
      out += ' ';
    } else {
      append(out, c);
    }
  }
  return out;
}

}  // namespace billing::pdf
