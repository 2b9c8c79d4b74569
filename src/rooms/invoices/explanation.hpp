#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "core/documents/documents.hpp"

namespace billing::invoices {

/// As the API shows it: how a line came about, enough to recompute it to the cent: amount = owed − earlier_billed − deferred.
std::string explanation_json(const NewLine& line);
/// What an item of its own is made of: owed = amount + rounding.
std::string explanation_json(const OneOffItem& item);
/// What an item owes, and how that came about: of a credit note's line.
std::string explanation_json(const OwedItem& owed);

/// Of a whole quantity rated by one charge, with nothing billed before.
boost::json::object rating_explanation(const Charge& charge, const Rating& rating, Money amount);

}  // namespace billing::invoices
