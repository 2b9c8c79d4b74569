#include "rooms/providers/stripe/declines.hpp"

#include <algorithm>
#include <array>

namespace billing::providers::stripe {
namespace {

/// docs.stripe.com/declines/codes: what the issuer, or Stripe, will say again tomorrow.
constexpr std::array<std::string_view, 40> hard{
    // of the card
    "card_not_supported", "currency_not_supported", "do_not_try_again", "expired_card", "fraudulent", "incorrect_cvc", "incorrect_number",
    "incorrect_zip", "invalid_account", "invalid_cvc", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "lost_card",
    "merchant_blacklist", "new_account_information_available", "not_permitted", "pickup_card", "restricted_card",
    "revocation_of_all_authorizations", "revocation_of_authorization", "security_violation", "stolen_card", "stop_payment_order",
    "testmode_decline", "test_mode_live_card", "live_mode_test_card", "transaction_not_allowed",
    // of a bank account
    "account_closed", "bank_account_restricted", "bank_account_unusable", "debit_not_authorized", "invalid_bank_account_iban", "no_account",
    // of the request
    "amount_too_large", "amount_too_small", "no_payment_method", "payment_method_unactivated", "payment_method_unexpected_state",
    "resource_missing"};

constexpr std::array<std::string_view, 11> of_the_charge{"amount_too_large",
                                                         "amount_too_small",
                                                         "card_declined",
                                                         "expired_card",
                                                         "payment_method_unactivated",
                                                         "payment_method_unexpected_state",
                                                         "resource_missing",
                                                         "currency_not_supported",
                                                         "payment_method_currency_mismatch",
                                                         "bank_account_unusable",
                                                         "payment_method_not_available"};

}  // namespace

Decline hardness(std::string_view code) { return std::ranges::find(hard, code) != hard.end() ? Decline::hard : Decline::soft; }

bool is_refusal_of_charge(std::string_view code) { return std::ranges::find(of_the_charge, code) != of_the_charge.end(); }

}  // namespace billing::providers::stripe
