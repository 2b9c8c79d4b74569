#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time.hpp"
#include "core/billing/subscription.hpp"

namespace billing {

/// No clock of billing's goes beyond it, and nothing is due later: a year has four digits, in PostgreSQL's answers too.
constexpr Instant last_instant = Instant{std::chrono::sys_days{std::chrono::year{9999} / std::chrono::December / 31}};

/// An event that is recorded within this time of its own is seen before its period is settled, and needs no lock.
constexpr std::chrono::hours late_after{1};
/// No statement, repeated once, takes longer from when its values are known to its commit.
constexpr std::chrono::minutes longest_write{5};
/// Stragglers of a period's last minutes have come by then: a period is settled no earlier than this after its end.
constexpr std::chrono::hours settle_grace{2};
static_assert(late_after + longest_write < settle_grace, "what was not late when it came must be there when its period is settled");
/// A subscription whose billing failed is tried again after this.
constexpr std::chrono::hours retry_billing_after{1};
/// Never beyond the last instant; there it is not tried again.
constexpr Instant retry_billing_at(Instant now) {
  return std::min<Instant>(now + retry_billing_after, last_instant + std::chrono::hours{24} - std::chrono::seconds{1});
}

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
