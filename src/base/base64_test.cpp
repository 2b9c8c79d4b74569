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

TEST(Base64, what_is_written_is_read_again) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(encode_base64(std::string("\xff\x00\x80", 3)), "/wCA");
}

}  // namespace
}  // namespace billing
