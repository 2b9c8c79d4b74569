#include "rooms/providers/stripe/api.hpp"

#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace billing::providers::stripe {
namespace {

TEST(StripeForm, is_encoded_as_forms_are) {
  EXPECT_EQ(encode({}), "");
  EXPECT_EQ(encode({{"amount", "4900"}, {"metadata[user_id]", "a b&c=d"}}), "amount=4900&metadata%5Buser_id%5D=a%20b%26c%3Dd");
  EXPECT_EQ(encode({{"name", "Zo\xc3\xab +1"}, {"x", ""}}), "name=Zo%C3%AB%20%2B1&x=");
}

TEST(StripeObject, is_read_by_paths) {
  const auto value =
      json::parse(R"({"id":"pi_1","n":7,"none":null,"flag":true,"charge":{"id":"ch_1","card":{"last4":"4242"}},"list":[1]})");
  EXPECT_EQ(text(value, "id"), "pi_1");
  EXPECT_EQ(text(value, "charge.card.last4"), "4242");
  EXPECT_EQ(text(value, "charge"), "ch_1");  // expanded, where it may be an id as well
  EXPECT_EQ(integer(value, "n"), 7);
  for (const auto* path : {"none", "none.id", "nothing", "id.more", "list.0", "charge.nothing", "n", "flag", ""}) {
    EXPECT_EQ(text(value, path), path[0] ? std::nullopt : std::optional<std::string>{"pi_1"}) << path;
  }
  EXPECT_EQ(integer(value, "id"), std::nullopt);
}

TEST(StripeDeadline, is_one_for_all_calls_of_a_question) {
  using namespace std::chrono_literals;
  EXPECT_EQ(Deadline{10s}.left(2s), 2s);
  EXPECT_LE(Deadline{1s}.left(10s), 1s);
  EXPECT_EQ(Deadline{-1s}.left(10s), 1ms);
}

}  // namespace
}  // namespace billing::providers::stripe
