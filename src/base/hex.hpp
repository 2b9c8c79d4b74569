#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace billing {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// 0 to 15; -1 for anything that is not a hexadecimal digit.
constexpr int hex_value(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Two lower-case digits a byte.
inline std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

}  // namespace billing
