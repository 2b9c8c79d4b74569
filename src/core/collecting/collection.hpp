#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "core/collecting/invoice_status.hpp"
#include "core/collecting/payment.hpp"

namespace billing {

/// How far the collection of an open invoice has come.
struct CollectionState {
  std::int64_t declined_count = 0;     // scheduled attempts that were declined
  std::int64_t unreachable_count = 0;  // calls in a row that could not reach the provider
};

/// What follows a failed attempt: when to try again, or, with `uncollected`, never by itself.
struct NextAttempt {
  Collection collection;
  std::optional<Instant> at;  // set while it is tried again
  std::int64_t declined_count;
  std::int64_t unreachable_count;
  bool operator==(const NextAttempt&) const = default;
};

/// A scheduled attempt was declined at `now`: it uses up one of the schedule.
NextAttempt after_decline(CollectionState state, const RetrySchedule& schedule, Instant now);

/// The provider could not be reached: nothing is used up, the same attempt is made again after the backoff.
NextAttempt after_unreachable(CollectionState state, Instant now);

/// An attempt by hand, which had to be repeated because the provider could not be reached, was declined after all: nothing is used up, and the
/// invoice goes back to where its schedule stood.
NextAttempt after_manual_decline(CollectionState state, const RetrySchedule& schedule, Instant now);
/// The same of an invoice that is never charged by itself.
NextAttempt after_decline_by_invoice(CollectionState state);

}  // namespace billing
