#pragma once

#include <boost/json/fwd.hpp>

#include "rooms/payments/store.hpp"

namespace billing::payments {

boost::json::object to_json(const Payment& payment);

}  // namespace billing::payments
