#include "rooms/subscriptions/cancel_unpaid.hpp"

#include "core/facts/cancel.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/subscriptions/change_facts.hpp"

namespace billing::subscriptions {
namespace {

/// Within the transaction, under the user's lock: it may have been paid meanwhile.
Task<OrDenied<Decision>> decide(pg::Session& db, const Situation& situation, Instant now) {
  const auto& life = situation.subscription.life;
  if (!co_await facts::is_unpaid_too_long(db, life.id, now)) co_return denied(DenialCode::no_change, "It is not past due any more.");
  auto canceled = cancel_now(life, true, situation.today);
  if (!canceled) co_return std::unexpected(std::move(canceled).error());
  co_return Decision{*std::move(canceled), RunKind::cancel_now};
}

}  // namespace

Task<void> cancel_unpaid(Context& context, SubscriptionId id) {
  try {
    co_await change_facts(context, id, {"subscription.canceled", "/at"},
                          [now = context.clock.now()](pg::Session& db, const Situation& situation) { return decide(db, situation, now); });
  } catch (const Refusal& refusal) {
    log::info("unpaid_not_canceled", {{"subscription_id", id.text()}, {"reason", refusal.detail}});
  }
}

}  // namespace billing::subscriptions
