#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "platform/http/csv.hpp"
#include "rooms/invoices/store.hpp"

namespace billing::invoices {

boost::json::object to_json(const Invoice& invoice, Instant now);
boost::json::array to_json(const std::vector<InvoiceLine>& lines);
/// Without its explanation, with what there is to know of its invoice.
boost::json::object to_json(const ListedLine& listed);

/// The same as lines of a file.
http::csv::Columns<Invoice> csv_columns();
http::csv::Columns<ListedLine> csv_columns_of_lines();

}  // namespace billing::invoices
