#include "rooms/payment_methods/choose.hpp"

#include "rooms/invoices/collecting.hpp"
#include "rooms/providers/store.hpp"

namespace billing::payment_methods {

Task<void> choose(pg::Transaction& tx, const Context& context, UserId user, const std::string& method) {
  users::lock_users(tx, {user});
  const auto before = co_await users::require_version(tx, user);
  if (before.user.payment_method == method) co_return;
  auto after = before.user;
  after.payment_method = method;
  auto here = context.with(tx);
  co_await users::save_user(here, before, after);  // nobody else has changed it: it is locked
  co_await invoices::collect_anew(tx, context, user);
}

Task<providers::Customer> known_customer(pg::Session& db, const providers::PaymentProvider& provider, const users::User& user) {
  std::optional<std::string> reference;
  if (provider.keeps_customers()) reference = co_await providers::find_customer(db, user.id, provider.name());
  co_return providers::Customer{.user = user.id,
                                .email = user.email,
                                .name = user.details.name,
                                .reference = std::move(reference),
                                .payment_method = user.payment_method};
}

Task<providers::Customer> customer_of(const Context& context, providers::PaymentProvider& provider, const users::User& user) {
  auto customer = co_await known_customer(context.db, provider, user);
  if (!provider.keeps_customers() || customer.reference) co_return customer;
  const auto made = require(co_await provider.make_customer(customer), provider);
  customer.reference = co_await providers::keep_customer(context.db, context, user.id, provider.name(), made);
  co_return customer;
}

Refusal unreachable(const providers::PaymentProvider& provider) {
  Refusal refusal(
      503, "provider_unreachable",
      "The payment provider (" + std::string{provider.name()} + ") cannot be reached. Nothing was changed: try again in a moment.");
  refusal.headers.emplace_back("Retry-After", "60");
  return refusal;
}

}  // namespace billing::payment_methods
