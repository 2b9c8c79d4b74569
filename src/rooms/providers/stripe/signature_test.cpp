#include "rooms/providers/stripe/signature.hpp"

#include <gtest/gtest.h>

namespace billing::providers::stripe {
namespace {

// Made by the official SDK: stripe.webhooks.generateTestHeaderString({payload, secret: "whsec_test", timestamp: 1700000000}), npm stripe.
constexpr const char* body = R"({"id":"evt_test","object":"event"})";
constexpr const char* by_the_sdk = "t=1700000000,v1=c25fec335f20601dcb662f0e7c4944646158a9324bb6ed8b7f6ab126449f507a";
const std::vector<std::string> secrets{"whsec_test"};
constexpr Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

TEST(StripeSignature, of_the_official_sdk_is_taken) { EXPECT_TRUE(is_signed(by_the_sdk, body, secrets, at(1700000000))); }

TEST(StripeSignature, is_taken_for_five_minutes_and_not_a_second_longer) {
  EXPECT_TRUE(is_signed(by_the_sdk, body, secrets, at(1700000300)));
  EXPECT_FALSE(is_signed(by_the_sdk, body, secrets, at(1700000301)));
  EXPECT_TRUE(is_signed(by_the_sdk, body, secrets, at(1699999700)));
  EXPECT_FALSE(is_signed(by_the_sdk, body, secrets, at(1699999699)));
}

TEST(StripeSignature, is_of_each_byte_of_the_body) {
  EXPECT_FALSE(is_signed(by_the_sdk, std::string{body} + " ", secrets, at(1700000000)));
  EXPECT_FALSE(is_signed(by_the_sdk, R"({"id":"evt_tesT","object":"event"})", secrets, at(1700000000)));
  EXPECT_FALSE(is_signed(by_the_sdk, "", secrets, at(1700000000)));
}

TEST(StripeSignature, may_be_by_any_of_the_secrets_and_any_of_the_signatures) {
  EXPECT_TRUE(is_signed(by_the_sdk, body, {"whsec_new", "whsec_test"}, at(1700000000)));
  EXPECT_FALSE(is_signed(by_the_sdk, body, {"whsec_new"}, at(1700000000)));
  EXPECT_FALSE(is_signed(by_the_sdk, body, {}, at(1700000000)));
  const std::string signature = std::string{by_the_sdk}.substr(13);
  EXPECT_TRUE(is_signed("t=1700000000,v1=" + std::string(64, 'a') + "," + signature + ",v0=abc", body, secrets, at(1700000000)));
}

TEST(StripeSignature, that_is_none_is_refused) {
  const std::string signature = std::string{by_the_sdk}.substr(13);
  for (const std::string& header :
       std::vector<std::string>{"", "t=1700000000", signature, "t=," + signature, "t=17e8," + signature,
                                "t=1700000000,v1=", "t=1700000000,v0=" + signature.substr(3), "t=1700000001," + signature,
                                "t=-9223372036854775808,v1=00", "t=9223372036854775807,v1=00", std::string(5000, ',')}) {
    EXPECT_FALSE(is_signed(header, body, secrets, at(1700000000))) << header;
  }
}

}  // namespace
}  // namespace billing::providers::stripe
