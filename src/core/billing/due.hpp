#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"
#include "core/billing/subscription.hpp"

namespace billing {

/// Stragglers of a period's last minutes have come by then: a period is settled no earlier than this after its end.
constexpr std::chrono::hours settle_grace{2};
/// A subscription whose billing failed is tried again after this.
constexpr std::chrono::hours retry_billing_after{1};

/// Whether a period is settled: over, the grace included, with nothing of it unbilled. Usage that comes later opens it again.
constexpr bool is_settled(const Period& period, bool something_unbilled, Instant now) {
  return !something_unbilled && now >= Instant{period.end} + settle_grace;
}

/// Whether a live subscription's current period is over, so that it is to be closed.
constexpr bool is_over(const Position& position, Instant now) { return is_live(position.status) && Instant{position.current.end} <= now; }

/// When billing must look at a subscription that has just been closed or entered `position`: at the period's end; or, once canceled,
/// when the stragglers have come.
constexpr Instant due_after(const Position& position) {
  const Instant end{position.current.end};
  return is_live(position.status) ? end : end + settle_grace;
}

}  // namespace billing
