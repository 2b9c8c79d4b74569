#pragma once

#include <string_view>

namespace billing::http {

/// Equal but for the case of ASCII letters.
bool same_token(std::string_view a, std::string_view b);
/// Whether `text` may be the name of a header (RFC 9110's token).
bool is_token(std::string_view text);

}  // namespace billing::http
