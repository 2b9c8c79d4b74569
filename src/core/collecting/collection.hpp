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
  std::int64_t schedule_from = 0;      // the declined_count at which the schedule began, or began anew
};

/// What follows a failed attempt: when to try again, or, with `uncollected`, never by itself.
struct NextAttempt {
  Collection collection;
  std::optional<Instant> at;  // set while it is tried again
  std::int64_t declined_count;
  std::int64_t unreachable_count;
  std::int64_t schedule_from = 0;
  bool operator==(const NextAttempt&) const = default;
};

/// A scheduled attempt was declined at `now`: it uses up one of the schedule, or, by a hard decline, all of it.
NextAttempt after_decline(CollectionState state, Decline decline, const RetrySchedule& schedule, Instant now);

/// The provider could not be reached: nothing is used up, the same attempt is made again after the backoff.
NextAttempt after_unreachable(CollectionState state, Instant now);

/// The provider has it and is at it, or waits for the customer: nothing is used up, it is asked again what became of it, ever less often. `calls` of the
/// provider were made for the attempt so far.
NextAttempt after_waiting(CollectionState state, std::int64_t calls, Instant now);

/// An attempt by hand, which had been put off, was declined after all: nothing is used up, and the invoice goes back to where its schedule stood.
NextAttempt after_manual_decline(CollectionState state, const RetrySchedule& schedule, Instant now);
/// The same of an invoice that is never charged by itself.
NextAttempt after_decline_by_invoice(CollectionState state);

/// With a new payment method the schedule begins anew, at once, also of what was given up.
NextAttempt begin_anew(CollectionState state, Instant now);

/// What an attempt came to that has not paid.
enum class Setback : std::uint8_t {
  soft_decline,
  hard_decline,
  unreachable,
  waiting,  // the provider is at it, or waits for the customer
  not_made,  // nothing was charged, and nothing will be by this attempt
};
struct AttemptFacts {
  bool by_hand = false;
  bool by_invoice = false;  // its invoice is never charged by itself
  bool put_off = false;  // it was unreachable or waiting before, and its invoice waits for it
  bool method_of_old = false;  // the user has another payment method by now
  std::int64_t calls = 1;  // of the provider, this one included
};
/// What that changes on the invoice; nullopt: nothing, for an attempt by hand uses up no retry.
std::optional<NextAttempt> after_setback(Setback setback, const AttemptFacts& attempt, CollectionState state, const RetrySchedule& schedule,
                                         Instant now);

/// An attempt that needs its customer is given up so long after it was begun, and counts as a soft decline.
inline constexpr std::chrono::days customer_has{7};

}  // namespace billing
