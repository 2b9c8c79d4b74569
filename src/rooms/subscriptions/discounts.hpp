#pragma once

#include "rooms/facts/store.hpp"

namespace billing::subscriptions {

/// Redeems a coupon for a subscription that the transaction has locked by its user: the discount that it gives, from the period that holds the day on; where
/// the same coupon still holds though it was deleted, from the next period. Refusal 409 where it may not be.
Task<Discount> add_discount(pg::Transaction& tx, const Context& context, const facts::Subscription& subscription, std::string coupon,
                            Date from);

}  // namespace billing::subscriptions
