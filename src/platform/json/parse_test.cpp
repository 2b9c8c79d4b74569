#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "platform/json/build.hpp"
#include "platform/json/json.hpp"

namespace billing::json {
namespace {

using testing::HasSubstr;

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

std::string refusal_of(std::string_view text) {
  try {
    parse(text);
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 400);
    EXPECT_EQ(refusal.code, "not_json");
    return refusal.detail;
  }
  return {};
}

struct Case {
  std::string text;
  std::string part_of_detail;
};

void expect_refused(const std::string& text, const std::string& part_of_detail) {
  const auto detail = refusal_of(text);
  EXPECT_FALSE(detail.empty()) << "taken: " << text;
  EXPECT_THAT(detail, HasSubstr(part_of_detail)) << text.substr(0, 100);
}

TEST(Parse, RefusesWhatIsNotStrictJson) {
  const Case cases[] = {
      {"", "empty"},
      {" \r\n\t", "empty"},
      {"{", "ends too early"},
      {R"({"a":1)", "ends too early"},
      {R"("abc)", "ends too early"},
      {"nul", "ends too early"},
      {"nulll", "something follows"},
      {"{} {}", "something follows"},
      {"[1] x", "something follows"},
      {"1 2", "something follows"},
      {std::string("{}\0", 3), "something follows"},
      {"{a:1}", "syntax"},
      {"{'a':1}", "syntax"},
      {R"({"a":1,})", "syntax"},
      {"[1,]", "syntax"},
      {"[,1]", "syntax"},
      {"[1 2]", "syntax"},
      {R"({"a" 1})", "syntax"},
      {"{1:1}", "syntax"},
      {"// no\n1", "syntax"},
      {"/* no */1", "syntax"},
      {"NaN", "syntax"},
      {"Infinity", "syntax"},
      {"-Infinity", "syntax"},
      {"+1", "syntax"},
      {"01", "something follows"},
      {"-01", "something follows"},
      {".5", "syntax"},
      {"5.", ""},
      {"1e", ""},
      {"0x10", "something follows"},
      {"-", ""},
      {"True", "syntax"},
      {"\xef\xbb\xbf{}", "syntax"},      // a byte order mark
      {"\"\n\"", "syntax"},              // a raw control character
      {std::string("\"\0\"", 3), "syntax"},
      {R"("\x41")", "syntax"},
      {R"("\u12G4")", "syntax"},
      {nested(33), "nested deeper than 32"},
      {nested(100'000), "nested deeper than 32"},
      {R"({"a":1,"a":2})", R"("a" is given twice)"},
      {R"({"a":1,"\u0061":2})", R"("a" is given twice)"},
      {R"({"\u0061b":1,"a\u0062":2})", R"("ab" is given twice)"},
      {R"({"":1,"":2})", R"("" is given twice)"},
      {R"([{"x":{"y":[{"deep":1,"other":2,"deep":3}]}}])", R"("deep" is given twice)"},
      {R"({"a":{"b":1},"c":{"b":1},"a":2})", R"("a" is given twice)"},
      {R"({"k1":1,"k2":1,"k3":1,"k4":1,"k5":1,"k6":1,"k7":1,"k8":1,"k9":1,"k1":1})", R"("k1" is given twice)"},
  };
  for (const auto& [text, part] : cases) expect_refused(text, part);
}

TEST(Parse, RefusesWhatIsNotUnicode) {
  const Case cases[] = {
      {R"("\ud800")", "syntax"},
      {R"("\ud800x")", "syntax"},
      {R"("\ud800\n")", "syntax"},
      {R"("\ud800\u0041")", "surrogate"},
      {R"("\ud800\ud800")", "surrogate"},
      {R"("\udc00")", "surrogate"},
      {R"({"\udc00":1})", "surrogate"},
      {"\"\x80\"", "UTF-8"},
      {"\"\xc3\"", "UTF-8"},
      {"\"\xc3(\"", "UTF-8"},
      {"\"\xc0\xaf\"", "UTF-8"},          // overlong
      {"\"\xe0\x80\xaf\"", "UTF-8"},      // overlong
      {"\"\xf0\x80\x80\xaf\"", "UTF-8"},  // overlong
      {"\"\xed\xa0\x80\"", "UTF-8"},      // a surrogate in UTF-8
      {"\"\xf4\x90\x80\x80\"", "UTF-8"},  // beyond U+10FFFF
      {"\"\xf5\x80\x80\x80\"", "UTF-8"},
      {"\"\xff\"", "UTF-8"},
      {"{\"\xff\":1}", "UTF-8"},
  };
  for (const auto& [text, part] : cases) expect_refused(text, part);
}

TEST(Parse, TakesEveryValueThatIsJson) {
  const std::string cases[] = {
      "null",
      "true",
      " false ",
      "0",
      "-0",
      "1.5e-3",
      "9223372036854775807",
      "-9223372036854775808",
      "18446744073709551615",
      "1e400",
      R"("")",
      R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")",
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\x7f\"",
      R"("\u0000")",
      "[]",
      "{}",
      R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})",
      R"({"a":1,"A":2,"a\u0000":3,"ab":4})",
      R"({"k1":1,"k2":1,"k3":1,"k4":1,"k5":1,"k6":1,"k7":1,"k8":1,"k9":1,"k10":1})",
      nested(32),
  };
  for (const auto& text : cases) EXPECT_EQ(refusal_of(text), "") << text;
}

TEST(Parse, SaysWhereItWentWrong) {
  EXPECT_THAT(refusal_of("{\n  \"a\": 1,\n  oops\n}"), HasSubstr("line 3, column 3"));
  EXPECT_THAT(refusal_of("[1, x]"), HasSubstr("line 1, column 5"));
}

TEST(Parse, KeepsIntegersExact) {
  EXPECT_EQ(parse("9223372036854775807").as_int64(), INT64_MAX);
  EXPECT_EQ(parse("-9223372036854775808").as_int64(), INT64_MIN);
  EXPECT_TRUE(parse("1.0").is_double());
  EXPECT_TRUE(parse("1e2").is_double());
}

TEST(Parse, AHugeExponentCanBeWrittenAgain) { EXPECT_EQ(refusal_of(serialize(parse("[0e9999,-0e9999,1e400,-1e400]"))), ""); }

TEST(Parse, GivesBackTheTextOfEscapedNames) {
  const auto value = parse(R"({"caf\u00e9":"\ud83d\ude00"})");
  EXPECT_EQ(value.as_object().at("caf\xc3\xa9").as_string(), "\xf0\x9f\x98\x80");
  EXPECT_EQ(serialize(value), "{\"caf\xc3\xa9\":\"\xf0\x9f\x98\x80\"}");
}

TEST(Parse, NamesAreCheckedForDuplicatesWithoutQuadraticWork) {
  std::string text = "{";
  for (int i = 0; i < 10'000; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
  EXPECT_EQ(parse(text + "}").as_object().size(), 10'000U);
  EXPECT_THAT(refusal_of(text + ",\"777\":1}"), HasSubstr("\"777\" is given twice"));
}

TEST(Parse, ManySmallValuesAreRefusedBeforeTheyTakeMemory) {
  const auto zeros = [](int count) {
    std::string text = "[0";
    for (int i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  const auto too_much = [](const std::string& text) -> std::string {
    try {
      parse(text);
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.status, 422);
      return refusal.detail;
    }
    return "nothing was refused";
  };
  EXPECT_EQ(parse(zeros(10'001)).as_array().size(), 10'001U);  // one too many for every room: for it to say so
  EXPECT_THAT(too_much(zeros(10'002)), HasSubstr("holds too much"));
  EXPECT_THAT(too_much(zeros(4'000'000)), HasSubstr("holds too much"));
  std::string nested = "[0";
  for (int i = 0; i < 30; ++i) nested += "," + zeros(10'000);
  EXPECT_THAT(too_much(nested + "]"), HasSubstr("250,000 values"));
}

TEST(AppendText, EscapesWhatMustBe) {
  const auto quoted = [](std::string_view text) {
    std::string out;
    append_text(out, text);
    return out;
  };
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(quoted(std::string_view{"\0\x1f", 2}), R"("\u0000\u001f")");
  EXPECT_EQ(quoted("caf\xc3\xa9 \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
  EXPECT_EQ(quoted("a\xff\xed\xa0\x80z\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\"");
}

TEST(AppendText, WhatItWritesIsAlwaysJson) {
  for (int byte = 0; byte < 256; ++byte) {
    std::string out;
    append_text(out, std::string{'a', static_cast<char>(byte), 'z'});
    EXPECT_EQ(refusal_of(out), "") << byte;
  }
}

TEST(IsUtf8, AgreesWithTheParser) {
  const std::string cases[] = {"",         "abc",          "\xc3\xa9",         "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf",
                               "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",     "\x80",         "a\xff"};
  for (const auto& text : cases) EXPECT_EQ(is_utf8(text), refusal_of("\"" + text + "\"").empty()) << text;
}

}  // namespace
}  // namespace billing::json
