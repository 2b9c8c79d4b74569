#pragma once

#include <boost/json/fwd.hpp>

#include "rooms/subscriptions/store.hpp"

namespace billing::subscriptions {

boost::json::object to_json(const Subscription& subscription);

}  // namespace billing::subscriptions
