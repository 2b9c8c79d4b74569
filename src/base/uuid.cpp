#include "base/uuid.hpp"

#include "base/hex.hpp"

namespace billing {
namespace {

constexpr std::size_t uuid_length = 36;

constexpr bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::optional<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  if (text.size() != uuid_length) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < uuid_length; ++i) {
    if (is_dash_place(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = bytes[nibble++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  return bytes;
}

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  text.reserve(uuid_length);
  for (const std::uint8_t byte : bytes) {
    if (is_dash_place(text.size())) text.push_back('-');
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 15]);
  }
  return text;
}

Instant uuid7_time(const std::array<std::uint8_t, 16>& bytes) {
  std::int64_t millis = 0;
  for (int i = 0; i < 6; ++i) millis = millis << 8 | bytes[i];
  return Instant{std::chrono::milliseconds{millis}};
}

}  // namespace billing
