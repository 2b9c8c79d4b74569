#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/postgres/due_rows.hpp"
#include "rooms/facts/store.hpp"

namespace billing::facts {

// What is due, what is settled, what is past due: the columns on which billing's order of the day rests are written here and in save_rows only.

/// Periods that have nothing unbilled and are over.
struct PeriodName {
  SubscriptionId subscription_id;
  Date start;
};
void settle(pg::Transaction& tx, const std::vector<PeriodName>& periods);
/// Settled no longer: something of them may be unbilled again.
void unsettle(pg::Transaction& tx, const std::vector<PeriodName>& periods);
/// Periods that hold one of the (user, day) pairs are settled no longer. A live subscription bills it at its next roll-over; a canceled one has none,
/// so it is looked at after the day is over. Under the users' locks.
void reopen(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids, const std::vector<Date>& days);
/// The users' subscriptions with a period that is not settled are due now, canceled ones too.
void bill_again(pg::Transaction& tx, const std::vector<UserId>& users, Instant now);
/// The user\'s canceled subscriptions with a period that is not settled are to be looked at now.
void bill_again_if_canceled(pg::Transaction& tx, UserId user, Instant now);

struct OwnedSubscription {
  SubscriptionId id;
  UserId user_id;
};
/// Subscriptions became past due, or are so no longer, by their invoices' collection; audit events included. `cancel_after`: so many days later they are
/// canceled, where they still are.
void mark_past_due(pg::Transaction& tx, const Context& context, const std::vector<OwnedSubscription>& subscriptions,
                   std::optional<std::int64_t> cancel_after);
void mark_active(pg::Transaction& tx, const Context& context, const std::vector<OwnedSubscription>& subscriptions);

/// Live subscriptions that have been past due for as long as they may.
extern const pg::DueRows due_unpaid;
/// Whether it is one of them.
Task<bool> is_unpaid_too_long(pg::Session& db, SubscriptionId id, Instant now);

/// Billing the user failed: what is due keeps the error and is due again at `until`.
Task<void> put_off(pg::Session& db, UserId user_id, std::string error, Instant now, Instant until);
/// A subscription that was put off, or that could not be billed, is due at once.
void bring_forward(pg::Transaction& tx, SubscriptionId id, Instant now);

/// Locks those of the users who have a subscription that is due, as users::lock_users does: nobody is waited for in vain. Whoever was billed while their lock
/// was waited for is among them.
Task<std::vector<UserId>> lock_due_users(pg::Transaction& tx, const std::vector<UserId>& user_ids, Instant now);
/// Subscriptions that are due, by their users, longest waiting first; `limit` subscriptions of them are looked at.
extern const pg::DueRows due_users;
/// Live subscriptions whose last billing failed. Reads them all: not for every second.
Task<std::int64_t> count_not_billed(pg::Session& db);

}  // namespace billing::facts
