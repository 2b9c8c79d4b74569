#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace billing {

/// The 8-4-4-4-12 form in any letter case; nullopt for anything else.
std::optional<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text);
/// Lower case.
std::string uuid_text(const std::array<std::uint8_t, 16>& bytes);
/// When a UUIDv7 was made, to the millisecond, in the real time of whoever made it.
Instant uuid7_time(const std::array<std::uint8_t, 16>& bytes);

}  // namespace billing
