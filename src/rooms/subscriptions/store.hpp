#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/billing/subscription.hpp"
#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::subscriptions {

struct Subscription {
  SubscriptionId id;
  UserId user_id;
  std::string plan_code;
  Position position;  // status, anchor, index and current period
  bool cancel_at_period_end = false;
  std::optional<Instant> canceled_at;
  std::optional<Instant> due_at;  // when billing must next look at it
  std::optional<std::string> billing_error;
  Instant created_at;
  Instant updated_at;
};

/// With its first period and audit event. False when the user has a live one to that plan.
Task<bool> insert_subscription(pg::Transaction& tx, const Context& context, const Subscription& subscription);
Task<std::optional<Subscription>> find_subscription(pg::Session& db, SubscriptionId id);

struct SubscriptionFilter {
  std::optional<UserId> user;
  std::optional<std::string> plan_code;
  std::optional<SubscriptionStatus> status;
};
/// Newest first.
Task<std::vector<Subscription>> find_subscriptions(pg::Session& db, const SubscriptionFilter& filter, std::optional<std::string> after,
                                                   std::int64_t limit);
/// Those of the users that billing has to look at: live, due, or with a period that is not settled; by user, oldest first.
Task<std::vector<Subscription>> find_billable(pg::Session& db, const std::vector<std::string>& user_ids);

/// Writes what changes in a subscription's life: position, cancellation, due time, error.
void save(pg::Transaction& tx, const std::vector<Subscription>& subscriptions, Instant now);

/// A period that a subscription enters, or whose end a cancel moved.
struct PeriodRow {
  SubscriptionId subscription_id;
  UserId user_id;
  Period period;
  std::optional<Date> previous_end;  // nullopt: the first period
  std::int64_t full_days;
  bool trial;
};
void insert_periods(pg::Transaction& tx, const std::vector<PeriodRow>& periods);
void cut_period(pg::Transaction& tx, SubscriptionId id, Period cut);

/// A subscription became `past_due` or `active` again, by its invoices' collection; audit event included.
Task<void> mark_past_due(pg::Transaction& tx, const Context& context, std::vector<Subscription> subscriptions);
Task<void> mark_active(pg::Transaction& tx, const Context& context, std::vector<Subscription> subscriptions);

/// Billing the user failed: what is due keeps the error and is due again at `until`.
Task<void> put_off(pg::Session& db, std::string user_id, std::string error, Instant now, Instant until);

/// A subscription that was put off, or that could not be billed, is due at once.
void bring_forward(pg::Transaction& tx, SubscriptionId id, Instant now);

/// Users with a subscription that is due, longest waiting first.
Task<std::vector<std::string>> find_due_users(pg::Session& db, Instant now, std::int64_t limit);
/// When the next subscription is due, of all or of those due later than `after`.
Task<std::optional<Instant>> next_due(pg::Session& db, std::optional<Instant> after);
/// Whether any made before the id `made_before` is due at `now`.
Task<bool> anything_due(pg::Session& db, Instant now, std::string made_before);
/// Live subscriptions whose last billing failed. Reads them all: not for every second.
Task<std::int64_t> count_not_billed(pg::Session& db);

}  // namespace billing::subscriptions
