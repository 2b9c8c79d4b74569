#include "rooms/providers/stripe/declines.hpp"

#include <gtest/gtest.h>

namespace billing::providers::stripe {
namespace {

TEST(StripeDeclines, what_only_the_customer_can_mend_is_hard) {
  for (const auto* code : {"card_not_supported",
                           "currency_not_supported",
                           "do_not_try_again",
                           "expired_card",
                           "fraudulent",
                           "incorrect_cvc",
                           "incorrect_number",
                           "incorrect_zip",
                           "invalid_account",
                           "invalid_cvc",
                           "invalid_expiry_month",
                           "invalid_expiry_year",
                           "invalid_number",
                           "lost_card",
                           "merchant_blacklist",
                           "new_account_information_available",
                           "not_permitted",
                           "pickup_card",
                           "restricted_card",
                           "revocation_of_all_authorizations",
                           "revocation_of_authorization",
                           "security_violation",
                           "stolen_card",
                           "stop_payment_order",
                           "testmode_decline",
                           "transaction_not_allowed",
                           "account_closed",
                           "bank_account_restricted",
                           "debit_not_authorized",
                           "no_account",
                           "amount_too_small",
                           "no_payment_method",
                           "resource_missing"}) {
    EXPECT_EQ(hardness(code), Decline::hard) << code;
  }
}

TEST(StripeDeclines, what_may_work_another_day_is_soft) {
  for (const auto* code :
       {"approve_with_id", "call_issuer", "card_velocity_exceeded", "do_not_honor", "duplicate_transaction", "generic_decline",
        "insufficient_funds", "issuer_not_available", "no_action_taken", "processing_error", "reenter_transaction", "service_not_allowed",
        "try_again_later", "withdrawal_count_limit_exceeded", "authentication_required", "payment_intent_authentication_failure",
        "refer_to_customer", "a_code_that_comes_next_year", ""}) {
    EXPECT_EQ(hardness(code), Decline::soft) << code;
  }
}

TEST(StripeDeclines, an_invalid_request_is_a_decline_only_where_it_is_the_customers_or_the_amounts) {
  for (const auto* code : {"amount_too_small", "amount_too_large", "resource_missing"}) EXPECT_TRUE(is_refusal_of_charge(code)) << code;
  for (const auto* code : {"parameter_unknown", "parameter_missing", "api_key_expired", "idempotency_key_in_use", "rate_limit", ""}) {
    EXPECT_FALSE(is_refusal_of_charge(code)) << code;
  }
}

}  // namespace
}  // namespace billing::providers::stripe
