#pragma once

#include <boost/json/fwd.hpp>

#include "rooms/webhooks/deliveries.hpp"

namespace billing::webhooks {

/// Without its secrets.
boost::json::object to_json(const Endpoint& endpoint);
boost::json::object to_json(const Delivery& delivery);

}  // namespace billing::webhooks
