#pragma once

#include "core/facts/denied.hpp"
#include "core/facts/life.hpp"

namespace billing {

/// Today is the last day: the current period ends tomorrow. Without `prorate` its base stays as if it had not ended, paused days still out.
/// A subscription that has not begun ends before its first day and owes nothing. The current period must hold today: roll over first.
OrDenied<Life> cancel_now(const Life& life, bool prorate, Date today);
/// The current period is the last one and stays whole. Once more changes nothing.
OrDenied<Life> cancel_at_period_end(const Life& life, Date today);
/// Takes a cancel back that is still to come. `others` are the user's other subscriptions: one of the same plan may have been made to follow.
OrDenied<Life> uncancel(const Life& life, const std::vector<Life>& others, Date today);

}  // namespace billing
