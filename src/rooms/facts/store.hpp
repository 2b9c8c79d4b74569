#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/facts/life.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::facts {

/// A subscription: its dated facts, and what is known beside them.
struct Subscription {
  UserId user_id;
  Life life;
  LifeStatus status;      // as it was entered: a day that has begun counts once billing has looked at it
  bool past_due = false;  // what collecting says; the status shows it where nothing before it holds
  std::vector<bool> settled;  // for each of the life's periods, or fewer: over, with nothing unbilled
  std::int64_t waiting_cents = 0;  // owed, not billed: beside an open invoice, or below the smallest one
  std::string metadata_json = "{}";
  std::optional<Instant> canceled_at;
  std::optional<Instant> due_at;  // when billing must next look at it
  std::optional<std::string> billing_error;
  Instant created_at;
  Instant updated_at;
};

/// The term that an answer shows: today's, the first one's before the start, the last one's after the end.
const Term& shown_term(const Life& life, Date today);

/// With its terms, pauses and periods.
void insert_subscription(pg::Transaction& tx, const Context& context, const Subscription& made);

Task<std::optional<Subscription>> find_subscription(pg::Session& db, SubscriptionId id);
/// Those of the ids that there are, in no order.
Task<std::vector<Subscription>> find_subscriptions(pg::Session& db, const std::vector<SubscriptionId>& ids);
/// Throws 404 for an unknown one.
Task<Subscription> require_subscription(pg::Session& db, SubscriptionId id);
/// Whose it is; throws 404 for an unknown one.
Task<UserId> owner_of(pg::Session& db, SubscriptionId id);

struct SubscriptionFilter {
  std::optional<UserId> user;
  std::optional<std::string> plan_code;
  std::optional<LifeStatus> status;
};
/// Newest first.
Task<std::vector<Subscription>> find_subscriptions(pg::Session& db, const SubscriptionFilter& filter, std::optional<std::string> after,
                                                   std::int64_t limit);
/// All subscriptions of the users, canceled ones too; by user, oldest first: whoever decides for one must see the others.
Task<std::vector<Subscription>> find_all_of(pg::Session& db, const std::vector<UserId>& user_ids);
/// The same in two halves, for whoever asks for more in the same round trip: what to ask, and what the answers say.
std::vector<pg::Query> queries_of_users(const std::vector<UserId>& user_ids);
Task<std::vector<Subscription>> read_of_users(pg::Session& db, std::span<const pg::Result> results);

/// Writes what a subscription's life has become, `before` and `after` being of the same subscription, under the user's lock: its row, and its terms,
/// pauses and periods where they differ. Periods whose days changed are no longer settled.
void save_facts(pg::Transaction& tx, const Subscription& before, const Subscription& after, Instant now);
/// The same for subscriptions that have rolled over, many in a few statements: their rows and new periods; `after` may lack old periods, as `before` does.
void save_entered(pg::Transaction& tx, const std::vector<std::pair<Subscription, Subscription>>& entered, Instant now);
/// Writes what else is known: status, due time, error, what waits.
void save_rows(pg::Transaction& tx, const std::vector<Subscription>& subscriptions, Instant now);

/// When billing must next look at it: at the next day on which something of its life begins or ends; once it has ended, when stragglers have come.
Instant due_after(const Life& life, Date today);
/// Status, due time and end as they follow from its life now.
void refresh(Subscription& subscription, Instant now);

}  // namespace billing::facts
