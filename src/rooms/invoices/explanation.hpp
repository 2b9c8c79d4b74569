#pragma once

#include <string>

#include "core/billing/invoice.hpp"

namespace billing::invoices {

/// How a line came about, as the API shows it and the database keeps it: exact decimals as text in the major unit.
std::string explanation_json(const Explanation& explanation);

}  // namespace billing::invoices
