#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billing {

/// An exact percentage from 0 to 100 with up to 4 decimal places, kept in millionths of the whole: 19 % are 190,000.
class Percent {
 public:
  static constexpr std::int64_t whole = 1'000'000;

  constexpr Percent() = default;
  /// "19", "6.25", "0"; no sign, exponent or bare point. nullopt for anything else, and beyond 100.
  static std::optional<Percent> parse(std::string_view text);

  constexpr std::int64_t millionths() const { return millionths_; }
  /// The shortest exact text: "19", "6.25".
  std::string text() const;
  bool is_zero() const { return millionths_ == 0; }
  bool operator==(const Percent&) const = default;
  auto operator<=>(const Percent&) const = default;

 private:
  std::int64_t millionths_ = 0;
};

}  // namespace billing
