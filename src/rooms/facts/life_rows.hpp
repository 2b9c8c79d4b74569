#pragma once

#include <string_view>
#include <vector>

#include "rooms/facts/store.hpp"

namespace billing::facts {

// The rows of a life: `subscriptions` and what is dated in tables of its own.

/// The subscriptions of these rows (the columns of `select_by_id`), each with its terms, pauses and periods.
Task<std::vector<Subscription>> read_lives(pg::Session& db, pg::Result rows);

void send_terms(pg::Transaction& tx, const Life& life);
void delete_terms(pg::Transaction& tx, SubscriptionId id);
void send_pauses(pg::Transaction& tx, const Life& life);
void delete_pauses(pg::Transaction& tx, SubscriptionId id);
/// Writes those that are not among `before`: new ones, and those whose days changed, which are not settled then.
void send_periods(pg::Transaction& tx, UserId user_id, const Life& life, const std::vector<BillingPeriod>& before);

}  // namespace billing::facts
