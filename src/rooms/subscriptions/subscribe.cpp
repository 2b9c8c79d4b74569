#include "rooms/subscriptions/subscribe.hpp"

#include "core/catalog/plan_version.hpp"
#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/plans/store.hpp"
#include "rooms/subscriptions/discounts.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {
namespace {

/// The version that is meant, found under the plan's code.
Task<void> find_version(pg::Session& db, SubscribeWish& wish) {
  const auto plan = co_await plans::require_plan(db, wish.plan_code);
  wish.terms.plan_active = plan.active;
  if (wish.version && *wish.version != plan.newest.number) {
    wish.terms.version =
        std::make_shared<const PlanVersion>((co_await plans::require_version(db, {wish.plan_code, *wish.version})).version);
  } else {
    wish.terms.version = std::make_shared<const PlanVersion>(plan.newest);
  }
}

void check_anchor_day(const NewSubscription& terms) {
  const auto unit = terms.version->interval.unit;
  if (terms.anchor_day && (unit == IntervalUnit::day || unit == IntervalUnit::week)) {
    throw unacceptable("/anchor_day", "goes with a plan by month or year; this one bills by " + std::string{to_text(unit)});
  }
}

/// In the past its roll-overs since then are due at once, and the worker makes up for them.
RunKind first_run(const facts::Subscription& made, Date today) {
  const bool in_advance = facts::shown_term(made.life, today).version->bill_in == BillIn::advance;
  return in_advance && made.life.started_on <= today ? RunKind::start : RunKind::none;
}

OrDenied<Life> life_of(const NewSubscription& terms, const std::vector<Life>& others, Date today) {
  try {
    return billing::subscribe(SubscriptionId{new_uuid7()}, terms, others, today);
  } catch (const Overflow& error) {
    throw unacceptable("plan_code", std::string{"is a plan that cannot begin then: "} + error.what());
  }
}

}  // namespace

Task<ChangedSubscription> subscribe(Context& context, SubscribeWish wish) {
  co_await users::require_user(context.db, wish.user_id);
  co_await find_version(context.db, wish);
  check_anchor_day(wish.terms);

  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  users::lock_users(tx, {wish.user_id});
  std::vector<Life> others;
  for (const auto& other : co_await facts::find_all_of(tx, {wish.user_id})) others.push_back(other.life);
  const auto now = context.clock.now();
  auto life = life_of(wish.terms, others, date_of(now));
  if (!life) throw refusal_of(life.error(), "/starts_on");

  facts::Subscription made{.user_id = wish.user_id,
                           .life = *std::move(life),
                           .status = LifeStatus::active,
                           .past_due = false,
                           .settled = {},
                           .waiting_cents = 0,
                           .metadata_json = std::move(wish.metadata_json),
                           .canceled_at = {},
                           .due_at = {},
                           .billing_error = {},
                           .created_at = now,
                           .updated_at = now};
  facts::refresh(made, now);
  facts::insert_subscription(tx, context, made);
  if (wish.coupon) co_await add_discount(tx, context, made, *std::move(wish.coupon), made.life.started_on);
  invoices::Made documents;
  if (const auto kind = first_run(made, date_of(now)); kind != RunKind::none) {
    documents = co_await invoices::run_for(within, made.user_id, made.life.id, kind, made.life.started_on);
  }
  auto stored = co_await facts::require_subscription(tx, made.life.id);
  co_await tx.commit();
  co_return ChangedSubscription{std::move(stored), std::move(documents)};
}

}  // namespace billing::subscriptions
