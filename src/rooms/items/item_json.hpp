#pragma once

#include <boost/json/fwd.hpp>

#include "rooms/items/store.hpp"

namespace billing::items {

/// As the API shows it.
boost::json::object to_json(const Item& item);

}  // namespace billing::items
