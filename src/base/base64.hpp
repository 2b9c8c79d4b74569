#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billing {

/// The bytes of base64 (RFC 4648, padded, on one line); nullopt for anything else.
std::optional<std::string> decode_base64(std::string_view text);

/// Likewise, the other way.
std::string encode_base64(std::string_view bytes);

}  // namespace billing
