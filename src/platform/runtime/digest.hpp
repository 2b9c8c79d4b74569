#pragma once

#include <string>
#include <string_view>

namespace billing {

/// SHA-256 in 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// HMAC with SHA-256: its 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Whether the two are equal, in a time that does not tell where they differ (only whether their lengths do).
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace billing
