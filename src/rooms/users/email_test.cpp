#include "rooms/users/email.hpp"

#include <gtest/gtest.h>

namespace billing::users {
namespace {

const std::string label63(63, 'd');

TEST(Email, is_a_dot_atom_at_a_domain) {
  for (const std::string& good : {
           std::string{"a@b.cd"},
           std::string{"demo@example.com"},
           std::string{"a+b.c-d_e'f!#$%&*/=?^`{|}~@example.com"},
           std::string{"1@2.example"},
           std::string{"a@1-2.x1"},
           std::string{"münze@例え.jp"},
           std::string{"пример@почта.рф"},
           std::string{"हिन्दी@उदाहरण.भारत"},  // with marks that belong to their letters
           std::string{"A\u0308@example.com"},
           std::string(64, 'a') + "@example.com",
           "a@" + label63 + ".com",
           std::string(64, 'a') + "@" + label63 + "." + label63 + "." + std::string(61, 'd'),
       }) {
    EXPECT_TRUE(is_email(good)) << good;
  }
}

TEST(Email, is_nothing_else) {
  for (const std::string& bad : {
           std::string{""},
           std::string{"nobody"},
           std::string{"@example.com"},
           std::string{"a@"},
           std::string{"a@example"},
           std::string{"a@@example.com"},
           std::string{"a@b@example.com"},
           std::string{"a b@example.com"},
           std::string{" a@example.com"},
           std::string{"a@example.com "},
           std::string{"a@example.com\n"},
           std::string{".a@example.com"},
           std::string{"a.@example.com"},
           std::string{"a..b@example.com"},
           std::string{"a@.example.com"},
           std::string{"a@example.com."},
           std::string{"a@example..com"},
           std::string{"a@-example.com"},
           std::string{"a@example-.com"},
           std::string{"a@exam_ple.com"},
           std::string{"a@127.0.0.1"},
           std::string{"a@[127.0.0.1]"},
           std::string{"\"a b\"@example.com"},
           std::string{"a(comment)@example.com"},
           std::string{"a,b@example.com"},
           std::string{"a\\b@example.com"},
           std::string{"a<b>@example.com"},
           std::string{"\u200ba@example.com"},   // zero-width space
           std::string{"a\u00a0@example.com"},   // no-break space
           std::string{"a\u3000@example.com"},   // ideographic space
           std::string{"\u202ea@example.com"},   // right-to-left override
           std::string{"a\u00ad@example.com"},   // soft hyphen
           std::string{"\U0001F418@example.com"},
           std::string{"\xff@example.com"},
           std::string(65, 'a') + "@example.com",
           "a@" + label63 + "d.com",
           std::string(64, 'a') + "@" + label63 + "." + label63 + "." + std::string(62, 'd'),
       }) {
    EXPECT_FALSE(is_email(bad)) << bad;
  }
}

TEST(Email, is_compared_composed_and_without_letter_case) {
  EXPECT_EQ(email_key("Demo@Example.COM"), "demo@example.com");
  EXPECT_EQ(email_key("A\u0308@example.com"), email_key("\u00e4@example.com"));
  EXPECT_EQ(email_key("\u00c4@example.com"), email_key("a\u0308@EXAMPLE.com"));
  EXPECT_EQ(email_key("STRASSE@example.com"), email_key("stra\u00dfe@example.com"));
  EXPECT_EQ(email_key("\u0391\u03a3@x.gr"), email_key("\u03b1\u03c2@x.gr"));
  EXPECT_NE(email_key("a@example.com"), email_key("\u0430@example.com"));  // Cyrillic: another letter
}

}  // namespace
}  // namespace billing::users
