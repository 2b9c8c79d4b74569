#pragma once

#include <string>

#include "core/billing/invoice.hpp"

namespace billing {

/// What a customer reads on a line, from everything in it but `description`: what it is for, of which days, and why the amount is not
/// simply the price. The usage of the invoice's own period does not repeat the days; `invoice_period` tells which one that is.
/// "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days", "api_calls: 120,000 units, 100,000 included".
std::string line_description(const LineDraft& line, const Plan& plan, const Period& invoice_period);

}  // namespace billing
