#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/billing/invoice.hpp"
#include "core/catalog/plan.hpp"
#include "platform/postgres/session.hpp"
#include "rooms/facts/store.hpp"

namespace billing::invoices {

/// Everything that decides what one user is to be billed.
struct UserFacts {
  UserId id;
  std::vector<facts::Subscription> subscriptions;            // those that billing has to look at, oldest first
  std::map<SubscriptionId, std::vector<PeriodFacts>> periods;        // not settled, in time order
  std::vector<InvoiceKey> open;                                      // invoices that are open already
};

/// Whether one of its subscriptions is due by then.
bool is_due(const UserFacts& user, Instant at);

struct BillingFacts {
  std::map<SubscriptionId, std::shared_ptr<const Plan>> plans;  // what each is on today, its own prices in
  std::vector<UserFacts> users;       // those that have a subscription to look at
};

/// Takes the users' billing locks and reads their facts, in a handful of statements for all of them together. With `only_due`, only of
/// those that have a subscription due by now.
Task<BillingFacts> lock_and_load(pg::Transaction& tx, std::vector<std::string> user_ids, Instant now, bool only_due = false);

}  // namespace billing::invoices
