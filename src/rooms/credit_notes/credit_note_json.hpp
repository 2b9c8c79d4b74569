#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "platform/http/csv.hpp"
#include "rooms/credit_notes/store.hpp"

namespace billing::credit_notes {

boost::json::object to_json(const CreditNote& note, const std::vector<Line>& lines);
/// The same as a line of a file, without its lines.
http::csv::Columns<CreditNote> csv_columns();

}  // namespace billing::credit_notes
