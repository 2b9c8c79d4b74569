#pragma once

#include <string>

#include "core/documents/documents.hpp"

namespace billing {

/// What a customer reads on a line, from everything in it but `description`: what it is for, of which days, and why the amount is not simply the
/// price. "Pro: 2026-06-01 to 2026-06-10, then Enterprise: 2026-06-11 to 2026-06-30, less USD 49.00 billed before",
/// "api_calls: 120,000 units, 100,000 included". The usage of the invoice's own period does not repeat the days.
std::string describe(const NewLine& line, const Period& invoice_period);

}  // namespace billing
