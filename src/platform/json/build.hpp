#pragma once

#include <string>
#include <string_view>

namespace billing::json {

/// Appends `text` as a JSON string, quotes included. A byte that is not UTF-8 becomes U+FFFD, so the output is always valid JSON.
void append_text(std::string& out, std::string_view text);

/// Whether `text` is UTF-8 throughout (RFC 3629: no overlong form, no surrogate).
bool is_utf8(std::string_view text);

}  // namespace billing::json
