#include "rooms/invoices/cancel_subscription.hpp"

#include <algorithm>

#include "core/billing/due.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/bill_users.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

using subscriptions::Subscription;

Task<Subscription> require_subscription(pg::Session& db, SubscriptionId id) {
  auto found = co_await subscriptions::find_subscription(db, id);
  if (!found) throw not_found("There is no subscription " + id.text() + ".");
  co_return *std::move(found);
}

Refusal already_canceled(SubscriptionId id) {
  return conflict("already_canceled", "The subscription " + id.text() + " is canceled already.");
}

Task<void> let_run_out(pg::Transaction& tx, const Context& context, Subscription subscription) {
  if (subscription.cancel_at_period_end) {
    throw conflict("already_canceled",
                   "The subscription is canceled already: it ends on " + to_text(subscription.position.current.end) + ".");
  }
  subscription.cancel_at_period_end = true;
  const std::string status{to_text(subscription.position.status)};
  subscriptions::save(tx, {subscription}, context.clock.now());
  audit::record(tx, context,
                {{"subscription.cancel_scheduled", "subscription", subscription.id.text(), subscription.user_id.text(), status, status}});
  co_return;
}

Task<void> end_today(pg::Transaction& tx, Context& context, Subscription subscription) {
  const auto now = context.clock.now();
  const std::string before{to_text(subscription.position.status)};
  // Midnight may have come while we waited for the lock, or may be still to come here when another process has closed the period.
  const auto& current = subscription.position.current;
  const auto today = std::clamp(date_of(now), current.start, current.end - std::chrono::days{1});
  subscription.position = cancel_now(subscription.position, today);
  subscription.canceled_at = now;
  subscription.due_at = due_after(subscription.position);
  subscription.billing_error.reset();
  subscriptions::save(tx, {subscription}, now);
  subscriptions::cut_period(tx, subscription.id, subscription.position.current);
  audit::record(tx, context,
                {{"subscription.canceled", "subscription", subscription.id.text(), subscription.user_id.text(), before, "canceled"}});
  try {
    co_await bill_final(context, subscription.user_id, subscription.id);
  } catch (const Overflow& error) {
    throw Refusal(422, "amount_overflow", std::string{"The final invoice cannot be made: "} + error.what() + ".");
  }
}

}  // namespace

Task<Subscription> cancel_subscription(Context& context, SubscriptionId id, CancelAt at) {
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  const auto owner = (co_await require_subscription(tx, id)).user_id;
  users::lock_users(tx, {owner.text()});
  subscriptions::bring_forward(tx, id, context.clock.now());  // its period may be over: that one is billed before the last one is
  co_await bill_due(within, {owner.text()});

  auto subscription = co_await require_subscription(tx, id);
  if (!is_live(subscription.position.status)) throw already_canceled(id);
  if (at == CancelAt::period_end) {
    co_await let_run_out(tx, context, std::move(subscription));
  } else {
    co_await end_today(tx, within, std::move(subscription));
  }
  auto canceled = co_await require_subscription(tx, id);
  co_await tx.commit();
  co_return canceled;
}

}  // namespace billing::invoices
