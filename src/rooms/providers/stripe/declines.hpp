#pragma once

#include <string_view>

#include "core/collecting/payment.hpp"

namespace billing::providers::stripe {

/// Whether a declined charge is worth trying again by itself (soft), by Stripe's decline code or, where a bank's debit failed, its failure code. One that only the
/// customer can mend is hard. A code that is not known is soft.
Decline hardness(std::string_view code);

/// Whether a request that Stripe calls invalid says something of the customer's means to pay, or of the amount, and not of how we ask.
bool is_refusal_of_charge(std::string_view code);

}  // namespace billing::providers::stripe
