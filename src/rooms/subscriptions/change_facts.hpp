#pragma once

#include <functional>
#include <vector>

#include "core/documents/differences.hpp"
#include "core/facts/denied.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/invoices/run/run.hpp"

namespace billing::subscriptions {

/// What a change is decided from.
struct Situation {
  const facts::Subscription& subscription;
  std::vector<Life> others;  // the user's other subscriptions, oldest first
  Date today;
};
/// What it makes of a life, and what is billed for it at once.
struct Decision {
  Life life;
  RunKind bill = RunKind::none;
};
/// Within the transaction, for what core needs from the database beside the facts. It may refuse by itself.
using Decide = std::function<Task<OrDenied<Decision>>(pg::Session&, const Situation&)>;

struct ChangedSubscription {
  facts::Subscription subscription;
  invoices::Made made;
};

/// How the change is called: its event in the audit, and the member of the body that names its day.
struct ChangeName {
  std::string action;       // subscription.changed
  std::string day_pointer;  // /at
};

/// Locks the user, does what is due, asks `decide`, saves the facts and bills. Refusal 404 for an unknown subscription, 409 or 422 where `decide`
/// denies.
Task<ChangedSubscription> change_facts(Context& context, SubscriptionId id, ChangeName name, Decide decide);

/// 409 with the denial's code; 422 at `day_pointer` for a day that is not allowed.
Refusal refusal_of(const Denial& denial, const std::string& day_pointer);

}  // namespace billing::subscriptions
