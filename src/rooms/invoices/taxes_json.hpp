#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/tax/tax.hpp"

namespace billing::invoices {

/// The taxes of a document as it keeps them, and as the API shows them.
std::string taxes_json(const std::vector<RateTax>& taxes);
/// What `taxes_json` wrote.
std::vector<RateTax> parse_taxes(std::string_view text, Currency currency);

}  // namespace billing::invoices
