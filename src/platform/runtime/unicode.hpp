#pragma once

#include <string>
#include <string_view>

namespace billing {

// Unicode as GLib knows it, which Pango brings: the same whatever the locale. Texts are UTF-8; what is not is taken for U+FFFD.

/// The same text; each byte that is not UTF-8 as U+FFFD.
std::string valid_utf8(std::string_view text);

/// What two texts that look the same have in common: composed (NFC) and without letter case.
std::string folded(std::string_view text);

/// The first character of a text that is not empty; takes it off.
char32_t take_character(std::string_view& text);
/// A letter, or a mark that belongs to one, of any script.
bool is_letter(char32_t character);

}  // namespace billing
