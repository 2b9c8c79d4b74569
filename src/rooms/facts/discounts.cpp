#include "rooms/facts/discounts.hpp"

#include "rooms/audit/store.hpp"

namespace billing::facts {
namespace {

constexpr pg::Statement insert_row{R"(
  INSERT INTO subscription_discounts (id, subscription_id, user_id, coupon_id, added_on, from_day, after_day, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};
constexpr pg::Statement mark_discounted{"UPDATE subscriptions SET discounted = true, updated_at = $2 WHERE id = $1"};
constexpr pg::Statement update_deleted{"UPDATE subscription_discounts SET deleted_on = $2 WHERE id = $1"};

void record(pg::Transaction& tx, const Context& context, const Subscription& subscription, std::string action) {
  audit::record(tx, context, {{std::move(action), "subscription", subscription.life.id.text(), subscription.user_id.text(), {}, {}}});
}

}  // namespace

void insert_discount(pg::Transaction& tx, const Context& context, const Subscription& subscription, const Discount& discount,
                     const std::string& coupon_id) {
  const auto now = context.clock.now();
  pg::Params params;
  params.add(discount.id.text()).add(subscription.life.id.text()).add(subscription.user_id.text()).add(coupon_id).add(discount.added_on);
  params.add(discount.from).add(discount.after).add(now);
  tx.send(insert_row, std::move(params));
  tx.send(mark_discounted, pg::Params{}.add(subscription.life.id.text()).add(now));
  record(tx, context, subscription, "subscription.discount_added");
}

void delete_discount(pg::Transaction& tx, const Context& context, const Subscription& subscription, const Discount& discount, Date day) {
  tx.send(update_deleted, pg::Params{}.add(discount.id.text()).add(day));
  record(tx, context, subscription, "subscription.discount_deleted");
}

}  // namespace billing::facts
