#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace billing {

/// Why facts may not be changed so. All are 409 but day_not_allowed, which is 422 at the member that names the day.
enum class DenialCode : std::uint8_t {
  no_change,
  currency_differs,
  canceled,
  already_subscribed,
  plan_inactive,
  not_pending,
  already_paused,
  not_paused,
  day_not_allowed,
};
std::string_view to_text(DenialCode code);

struct Denial {
  DenialCode code;
  std::string detail;  // tells a person what to do
};

template <class T>
using OrDenied = std::expected<T, Denial>;

inline std::unexpected<Denial> denied(DenialCode code, std::string detail) { return std::unexpected{Denial{code, std::move(detail)}}; }

}  // namespace billing
