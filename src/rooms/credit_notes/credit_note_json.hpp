#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "rooms/credit_notes/store.hpp"

namespace billing::credit_notes {

boost::json::object to_json(const CreditNote& note, const std::vector<Line>& lines);

}  // namespace billing::credit_notes
