#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/billing/invoice.hpp"
#include "core/catalog/plan.hpp"
#include "platform/postgres/session.hpp"
#include "rooms/subscriptions/store.hpp"

namespace billing::invoices {

/// Everything that decides what one user is to be billed.
struct UserFacts {
  UserId id;
  std::vector<subscriptions::Subscription> subscriptions;            // those that billing has to look at, oldest first
  std::map<SubscriptionId, std::vector<PeriodFacts>> periods;        // not settled, in time order
  std::vector<InvoiceKey> open;                                      // invoices that are open already
};

/// Whether one of its subscriptions is due by then.
bool is_due(const UserFacts& user, Instant at);

struct BillingFacts {
  std::map<std::string, std::shared_ptr<const Plan>> plans;  // by code
  std::vector<UserFacts> users;       // those that have a subscription to look at
};

/// Takes the users' billing locks and reads their facts, in a handful of statements for all of them together. With `due_at`, only of
/// those that have a subscription due by then.
Task<BillingFacts> lock_and_load(pg::Transaction& tx, std::vector<std::string> user_ids, std::optional<Instant> due_at = {});

}  // namespace billing::invoices
