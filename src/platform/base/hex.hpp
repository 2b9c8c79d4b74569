#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace billing {

/// Two lower-case digits a byte.
inline std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace billing
