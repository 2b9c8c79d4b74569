#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/invoices/handlers.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/items/item_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

/// What an item comes to: given, or so many at a price.
struct Price {
  std::int64_t amount_cents = 0;
  std::int64_t quantity = 1;
  std::optional<Decimal> unit_price = {};
};

Price parse_price(json::Object& body) {
  Price price;
  if (body.has("amount_cents")) {
    price.amount_cents = body.integer("amount_cents", 1);
    for (const auto* other : {"quantity", "unit_price"}) {
      if (body.has(other)) body.fail(other, "cannot be given together with `amount_cents`");
    }
    return price;
  }
  if (!body.has("quantity") && !body.has("unit_price")) {
    body.fail("amount_cents", "is required, or `quantity` and `unit_price`");
    return price;
  }
  price.quantity = body.integer("quantity", 1);
  const auto errors = body.error_count();
  const auto text = body.text("unit_price", 40);
  price.unit_price = Decimal::parse_price(text);
  if (body.error_count() == errors && !price.unit_price) {
    body.fail("unit_price",
              R"(must be a decimal in the major unit as text, such as "12.50": at most 15 digits before and 12 after the point)");
  }
  return price;
}

/// The amount of what was read without an error; what it comes to by its price may still be none.
Money amount_of(json::Object& body, const Price& price, Currency currency) {
  if (!price.unit_price) return {price.amount_cents, currency};
  try {
    const auto amount = item_amount(price.quantity, *price.unit_price, currency);
    if (amount.minor() < 1) body.fail("unit_price", "comes to less than one minor unit of the currency with that quantity");
    return amount;
  } catch (const Overflow&) {
    body.fail("unit_price", "comes to more than 64 bits of minor units with that quantity");
    return {0, currency};
  }
}

struct ItemWish {
  items::Item item;
  bool bill_now;
};

ItemWish parse_item(const http::Request& request, UserId user, Instant now) {
  auto body = http::json_body(request);
  auto description = body.text("description", 500);
  auto errors = body.error_count();
  const auto currency = Currency::parse_active(body.text("currency", 3));
  if (body.error_count() == errors && !currency)
    body.fail("currency", "must be a code of ISO 4217 in upper case that is in use, such as USD");
  const auto price = parse_price(body);
  errors = body.error_count();
  const auto bill = body.text("bill");
  if (body.error_count() == errors && bill != "now" && bill != "next") body.fail("bill", R"(must be "now" or "next")");
  std::optional<SubscriptionId> label;
  if (body.has("subscription_id")) label = http::body_id<SubscriptionId>(body, "subscription_id");
  body.refuse_unknown();
  const auto amount = body.error_count() == 0 ? std::optional{amount_of(body, price, currency.value())} : std::nullopt;
  body.finish();
  return {.item = {.id = ItemId{new_uuid7()},
                   .user_id = user,
                   .description = std::move(description),
                   .amount = amount.value(),
                   .quantity = price.quantity,
                   .unit_price = price.unit_price,
                   .subscription_id = label,
                   .created_at = now},
          .bill_now = bill == "now"};
}

/// The label is one of the user's own subscriptions.
Task<void> check_label(pg::Session& db, const items::Item& item) {
  if (!item.subscription_id) co_return;
  const auto owner = co_await facts::owner_of(db, *item.subscription_id);
  if (owner != item.user_id) throw unacceptable("/subscription_id", "is another user's subscription");
}

}  // namespace

Task<http::Response> create_item(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto wish = parse_item(request, user, context.clock.now());
  co_await users::require_user(context.db, user);
  co_await check_label(context.db, wish.item);
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  users::lock_users(tx, {user});
  items::insert_item(tx, context, wish.item);
  if (wish.bill_now) co_await bill_item(within, user, wish.item.id);
  const auto made = co_await items::require_item(tx, user, wish.item.id);
  co_await tx.commit();
  auto response = http::answer(201, items::to_json(made));
  response.set("Location", "/users/" + user.text() + "/items/" + made.id.text());
  co_return response;
}

}  // namespace billing::invoices
