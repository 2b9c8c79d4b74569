#pragma once

#include <string_view>
#include <vector>

#include "rooms/facts/store.hpp"

namespace billing::facts {

// The rows of a life: `subscriptions` and what is dated in tables of its own.

#define SUBSCRIPTION_COLUMNS                                                                                                            \
  "id, user_id, status, started_on, anchor, anchor_day, ends_on, cancel_at_period_end, base_until, past_due, waiting_cents, metadata, " \
  "canceled_at, due_at, billing_error, created_at, updated_at, discounted, credit_to"

/// The subscriptions of these rows (SUBSCRIPTION_COLUMNS), each with its terms, pauses and periods.
Task<std::vector<Subscription>> read_lives(pg::Session& db, pg::Result rows);

void send_terms(pg::Transaction& tx, const Life& life);
void delete_terms(pg::Transaction& tx, SubscriptionId id);
void send_pauses(pg::Transaction& tx, const Life& life);
void delete_pauses(pg::Transaction& tx, SubscriptionId id);
/// Writes those that are not among `before`: new ones, and those whose days changed, which are not settled then.
void send_periods(pg::Transaction& tx, UserId user_id, const Life& life, const std::vector<BillingPeriod>& before);

}  // namespace billing::facts
