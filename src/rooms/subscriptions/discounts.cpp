#include "rooms/subscriptions/discounts.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/coupons/store.hpp"
#include "rooms/facts/discounts.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/subscriptions/handlers.hpp"
#include "rooms/subscriptions/subscription_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::subscriptions {

Task<Discount> add_discount(pg::Transaction& tx, const Context& context, const facts::Subscription& subscription, std::string coupon,
                            Date from) {
  const auto& life = subscription.life;
  const auto today = context.clock.today();
  const auto& version = *facts::shown_term(life, today).version;
  const auto redeemed = co_await coupons::redeem(tx, subscription.user_id, std::move(coupon), version.plan_code, version.currency(), today);
  const auto items = redeemed.items.empty() ? EligibleItems{} : parse_eligible(redeemed.items).value_or(EligibleItems{});
  Discount discount{.id = DiscountId{new_uuid7()},
                    .coupon = redeemed.code,
                    .off = redeemed.off,
                    .items = items,
                    .periods = redeemed.periods,
                    .from = from,
                    .after = {},
                    .deleted_on = {},
                    .added_on = today};
  for (const auto& other : life.discounts) {
    const auto end = ends_on(other, life);
    if (other.coupon != redeemed.code || (end && *end <= today)) continue;
    if (!other.deleted_on) {
      throw conflict("already_applied", "The subscription has the coupon " + redeemed.code + " already.");
    }
    discount.after = today;
  }
  facts::insert_discount(tx, context, subscription, discount, redeemed.id);
  co_return discount;
}

namespace {

/// The subscription, its user locked and what is due of it billed.
Task<facts::Subscription> lock_subscription(pg::Transaction& tx, Context& context, SubscriptionId id) {
  auto within = context.with(tx);
  const auto user = co_await facts::owner_of(tx, id);
  users::lock_users(tx, {user});
  facts::bring_forward(tx, id, context.clock.now());
  co_await invoices::bill_due(within, {user});
  co_return co_await facts::require_subscription(tx, id);
}

}  // namespace

Task<http::Response> create_discount(Context& context, const http::Request& request) {
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  auto body = http::json_body(request);
  auto coupon = body.text("coupon", 64);
  body.finish();
  auto tx = co_await context.db.begin();
  const auto subscription = co_await lock_subscription(tx, context, id);
  const auto today = context.clock.today();
  if (has_ended(subscription.life, today)) {
    throw conflict("canceled", "The subscription " + id.text() + " has ended: nothing can be taken off it.");
  }
  const auto discount = co_await add_discount(tx, context, subscription, std::move(coupon), std::max(today, subscription.life.started_on));
  const auto after = co_await facts::require_subscription(tx, id);
  co_await tx.commit();
  auto response = http::answer(201, to_json(discount, after.life));
  response.set("Location", "/subscriptions/" + id.text() + "/discounts/" + discount.id.text());
  co_return response;
}

Task<http::Response> delete_discount(Context& context, const http::Request& request) {
  const auto id = http::path_id<SubscriptionId>(request, 0, "subscription");
  const auto discount_id = http::path_id<DiscountId>(request, 1, "discount");
  auto tx = co_await context.db.begin();
  const auto subscription = co_await lock_subscription(tx, context, id);
  const auto found = std::ranges::find(subscription.life.discounts, discount_id, &Discount::id);
  if (found == subscription.life.discounts.end()) throw not_found("The subscription has no discount " + discount_id.text() + ".");
  if (!found->deleted_on) facts::delete_discount(tx, context, subscription, *found, context.clock.today());
  co_await tx.commit();
  http::Response response;
  response.status = 204;
  co_return response;
}

}  // namespace billing::subscriptions
