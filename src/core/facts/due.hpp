#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"
#include "core/time/calendar.hpp"

namespace billing {

/// Stragglers of a subscription's last minutes have come by then: it is billed once more this long after its end.
constexpr std::chrono::hours settle_grace{2};
/// A subscription whose billing failed is tried again after this.
constexpr std::chrono::hours retry_billing_after{1};
/// Never beyond the last instant; there it is not tried again.
constexpr Instant retry_billing_at(Instant now) {
  return std::min<Instant>(now + retry_billing_after, last_instant + std::chrono::hours{24} - std::chrono::seconds{1});
}

}  // namespace billing
