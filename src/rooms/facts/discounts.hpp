#pragma once

#include <string>

#include "rooms/facts/store.hpp"

namespace billing::facts {

/// Gives the subscription a discount of the coupon with that id, under the user's lock.
void insert_discount(pg::Transaction& tx, const Context& context, const Subscription& subscription, const Discount& discount,
                     const std::string& coupon_id);
/// It holds to the end of the period that holds the day.
void delete_discount(pg::Transaction& tx, const Context& context, const Subscription& subscription, const Discount& discount, Date day);

}  // namespace billing::facts
