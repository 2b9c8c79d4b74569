#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rooms/invoices/run/run.hpp"
#include "rooms/payments/attempt/attempt.hpp"

namespace billing::payments {

/// Longer than any provider call: after it the process that made the call is presumed dead, if nobody has noticed before.
inline constexpr auto claim_lasts = std::chrono::seconds{60};

/// By the attempts so far, not by those of the schedule, which begins anew with a new payment method.
std::string scheduled_key(const Payable& invoice);
/// A pending one, claimed by this process.
Payment new_payment(const Payable& invoice, std::string_view provider, PaymentKind kind, std::string key, Instant now);

/// How the provider that new attempts are made with is to call users; empty: it does not know them.
std::string_view name_if_it_knows_customers(const providers::PaymentProvider& provider);

/// Begins the first attempts of invoices that `tx` makes, in it. Once it is committed they are added to `begun`: whoever asked for that charges them.
Task<void> begin_first_attempts(pg::Transaction& tx, const Context& context, const Collecting& collecting,
                                std::vector<invoices::ToCollect> made, std::vector<Attempt>& begun);

}  // namespace billing::payments
