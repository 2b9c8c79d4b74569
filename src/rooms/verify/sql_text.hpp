#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace billing::verify {

template <const std::string_view&... parts>
struct Joined {
  static constexpr auto text = [] {
    std::array<char, (parts.size() + ... + 1)> out{};
    auto end = out.begin();
    ((end = std::copy(parts.begin(), parts.end(), end)), ...);
    return out;
  }();
};

/// The text of a statement that shares parts with others, put together at compile time.
template <const std::string_view&... parts>
inline constexpr const char* joined = Joined<parts...>::text.data();

/// minor_units (currency, per_major): how many minor units make a major one, where it is not 100. Written here once more, and not
/// taken from core: what is verified must not verify itself.
inline constexpr std::string_view minor_units{R"(minor_units (currency, per_major) AS (
    VALUES ('BIF', 1::numeric), ('CLP', 1), ('DJF', 1), ('GNF', 1), ('ISK', 1), ('JPY', 1), ('KMF', 1), ('KRW', 1), ('PYG', 1),
           ('RWF', 1), ('UGX', 1), ('UYI', 1), ('VND', 1), ('VUV', 1), ('XAF', 1), ('XOF', 1), ('XPF', 1),
           ('BHD', 1000), ('IQD', 1000), ('JOD', 1000), ('KWD', 1000), ('LYD', 1000), ('OMR', 1000), ('TND', 1000),
           ('CLF', 10000), ('UYW', 10000)
  ))"};

}  // namespace billing::verify
