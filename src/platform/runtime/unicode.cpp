#include "platform/runtime/unicode.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace billing {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// What GLib has made, of text that is UTF-8.
std::string owned(gchar* text) {
  const std::unique_ptr<gchar, decltype(&g_free)> made{text, g_free};
  if (!made) throw std::runtime_error("GLib: this text is not UTF-8");
  return made.get();
}

std::string composed(const std::string& text) {
  return owned(g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), G_NORMALIZE_NFC));
}

struct Decoded {
  gunichar character;
  std::size_t bytes;
  bool valid;
};

/// Of what is not UTF-8 one byte at a time.
Decoded decoded(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1, true};
  const auto character = g_utf8_get_char_validated(text.data(), static_cast<gssize>(std::min<std::size_t>(text.size(), 4)));
  if ((character & 0x80000000U) != 0) return {0xFFFD, 1, false};
  return {character, static_cast<std::size_t>(g_unichar_to_utf8(character, nullptr)), true};
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto next = decoded(text);
    out += next.valid ? text.substr(0, next.bytes) : replacement;
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string folded(std::string_view text) {
  auto valid = valid_utf8(text);
  for (std::size_t at = 0; (at = valid.find('\0', at)) != std::string::npos;) valid.replace(at, 1, replacement);  // it would end the text
  const auto one = composed(valid);
  return composed(owned(g_utf8_casefold(one.data(), static_cast<gssize>(one.size()))));
}

char32_t take_character(std::string_view& text) {
  const auto next = decoded(text);
  text.remove_prefix(next.bytes);
  return static_cast<char32_t>(next.character);
}

bool is_letter(char32_t character) {
  switch (g_unichar_type(static_cast<gunichar>(character))) {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_NON_SPACING_MARK: return true;
    default: return false;
  }
}

}  // namespace billing
