#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace billing {
namespace {

using namespace std::string_view_literals;

TEST(Base64, the_examples_of_the_rfc_are_decoded) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("/+8AAQ=="), "\xff\xef\x00\x01"sv);
}

TEST(Base64, anything_else_is_none) {
  for (const auto* text : {"Zg", "Zg=", "=Zg=", "Zm9v\n", "Zm9-", "Zm 9", "Z===", "====", "Zh==", "Zm9="})
    EXPECT_FALSE(decode_base64(text)) << text;
}

}  // namespace
}  // namespace billing
