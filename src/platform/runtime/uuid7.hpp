#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace billing {

/// A UUIDv7 (RFC 9562) of this moment in real time, also under a simulated clock: ids rise in the order they are made, strictly within
/// a process, so that "newest first" is "by id". Safe from any thread.
std::array<std::uint8_t, 16> new_uuid7();

/// `count` bytes from the operating system's cryptographic source, in lower-case hex.
std::string random_hex(std::size_t count);

}  // namespace billing
