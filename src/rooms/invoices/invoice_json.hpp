#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "rooms/invoices/store.hpp"

namespace billing::invoices {

boost::json::object to_json(const Invoice& invoice, Instant now);
boost::json::array to_json(const std::vector<InvoiceLine>& lines);

}  // namespace billing::invoices
