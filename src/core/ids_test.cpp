#include "core/ids.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <type_traits>

namespace billing {
namespace {

TEST(Ids, an_id_is_read_in_any_letter_case_and_written_in_lower_case) {
  const auto id = UserId::parse("0190A3b4-C5d6-7e8F-9012-3456789aBCDe");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "0190a3b4-c5d6-7e8f-9012-3456789abcde");
  EXPECT_EQ(UserId{}.text(), "00000000-0000-0000-0000-000000000000");
}

TEST(Ids, anything_but_the_8_4_4_4_12_form_is_refused) {
  for (const auto* text : {
           "",
           "0190a3b4c5d67e8f90123456789abcde",
           "0190a3b4-c5d6-7e8f-9012-3456789abcd",
           "0190a3b4-c5d6-7e8f-9012-3456789abcdef",
           "0190a3b4-c5d6-7e8f-9012-3456789abcdg",
           "{190a3b4-c5d6-7e8f-9012-3456789abcd}",
           "0190a3b-4c5d6-7e8f-9012-3456789abcde",
           "0190a3b4-c5d6-7e8f-9012_3456789abcde",
           "-190a3b4-c5d6-7e8f-9012-3456789abcde",
           " 190a3b4-c5d6-7e8f-9012-3456789abcde",
       }) {
    EXPECT_FALSE(UserId::parse(text)) << text;
  }
}

TEST(Ids, an_id_says_when_it_was_made) {
  EXPECT_EQ(to_text(PaymentId::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")->made_at()), "2022-02-22T19:22:22Z");  // RFC 9562's example
}

TEST(Ids, an_id_of_one_thing_is_not_an_id_of_another) {
  static_assert(!std::is_convertible_v<UserId, InvoiceId>);
  static_assert(!std::is_constructible_v<InvoiceId, UserId>);
}

TEST(Ids, ids_sort_as_their_texts) {
  const auto low = *UserId::parse("0190a3b4-0000-7000-8000-00000000000f");
  const auto high = *UserId::parse("0190a3b4-0000-7000-8000-0000000000f0");
  EXPECT_LT(low, high);
  EXPECT_LT(low.text(), high.text());
}

RC_GTEST_PROP(IdsProperty, text_and_parse_are_inverse, (const std::array<std::uint8_t, 16>& bytes)) {
  RC_ASSERT(parse_uuid(uuid_text(bytes)) == std::optional{bytes});
}

}  // namespace
}  // namespace billing
