#pragma once

#include <boost/json/fwd.hpp>

#include "platform/http/csv.hpp"
#include "rooms/payments/store.hpp"

namespace billing::payments {

boost::json::object to_json(const Payment& payment);
/// The same as a line of a file.
http::csv::Columns<Payment> csv_columns();

}  // namespace billing::payments
