#include "rooms/provider_events/event.hpp"

#include <gtest/gtest.h>

namespace billing::provider_events {
namespace {

std::string event_of(const std::string& object) {
  return R"({"id":"evt_1","object":"event","type":"x.y","data":{"object":)" + object + "}}";
}

TEST(StripeEvent, says_what_it_is_about) {
  const auto charge = parse_stripe_event(
      event_of(R"({"id":"pi_1","object":"payment_intent","metadata":{"payment_id":"019a8f40-11aa-7b62-a0f4-6d1c8b7e5f03"}})"));
  ASSERT_TRUE(charge);
  EXPECT_EQ(charge->reference, "evt_1");
  EXPECT_EQ(charge->about, About::charge);
  EXPECT_EQ(charge->object, "pi_1");
  EXPECT_EQ(charge->payment->text(), "019a8f40-11aa-7b62-a0f4-6d1c8b7e5f03");
  EXPECT_EQ(parse_stripe_event(event_of(R"({"id":"re_1","object":"refund"})"))->about, About::refund);
  EXPECT_EQ(parse_stripe_event(event_of(R"({"id":"dp_1","object":"dispute","payment_intent":"pi_1"})"))->about, About::dispute);
  EXPECT_EQ(parse_stripe_event(event_of(R"({"id":"cs_1","object":"checkout.session","mode":"setup"})"))->about, About::setup);
  EXPECT_EQ(parse_stripe_event(event_of(R"({"id":"cs_1","object":"checkout.session","mode":"payment"})"))->about, About::charge);
}

TEST(StripeEvent, that_concerns_nothing_of_ours_is_none) {
  for (const auto& body : {event_of(R"({"id":"prod_1","object":"product"})"), event_of("null"), event_of(R"({"object":"payment_intent"})"),
                           event_of("[]"), std::string{"{}"}, std::string{"[]"}, std::string{"\"x\""}, std::string{"not json"},
                           std::string{}, std::string{R"({"id":"pi_1","object":"payment_intent"})"}}) {
    EXPECT_FALSE(parse_stripe_event(body)) << body;
  }
}

TEST(StripeEvent, takes_an_id_that_is_none_of_ours_for_none) {
  const auto event = parse_stripe_event(event_of(R"({"id":"pi_1","object":"payment_intent","metadata":{"payment_id":"order 7"}})"));
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->payment);
}

}  // namespace
}  // namespace billing::provider_events
