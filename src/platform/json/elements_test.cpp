#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/json/json.hpp"

namespace billing::json {
namespace {

using testing::ElementsAre;

/// A refusal as text, every error of it included.
std::string text_of(const Refusal& refusal) {
  auto text = fmt::format("{} {} {}", refusal.status, refusal.code, refusal.detail);
  for (const auto& error : refusal.errors) text += "\n" + error.pointer + ": " + error.detail;
  return text;
}

constexpr std::size_t most = 10'000;

/// What a reader makes of a body's "events": each element's members, or the refusal.
template <class Read>
std::string outcome(const Read& read_body) {
  std::string read;
  const Object::ReadElement read_element = [&](Object& element, std::size_t i) {
    read += fmt::format("{}:{}={}\n", i, element.text("name", 255), element.integer("n", 0, 1'000'000'000'000));
  };
  try {
    auto body = read_body(read_element);
    body.finish();
  } catch (const Refusal& refusal) {
    return text_of(refusal);
  }
  return read;
}

std::string at_once(const std::string& body) {
  return outcome([&](const Object::ReadElement& read) {
    Object object{body};
    object.array("events", 1, most, read);
    return object;
  });
}

std::string one_by_one(const std::string& body) {
  return outcome([&](const Object::ReadElement& read) { return Object::with_elements(body, "events", 1, most, read); });
}

void expect_same(const std::string& body) { EXPECT_EQ(one_by_one(body), at_once(body)) << body.substr(0, 300); }

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += (i > 0 ? "," : "") + std::string{text};
  return all;
}
std::string events(const std::string& elements) { return R"({"events":[)" + elements + "]}"; }
std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

const std::string good = R"({"name":"a","n":1})";

TEST(Elements, AreReadInTheirOrder) {
  const auto body = R"( {"before":[{"events":[1]}],"events" : [ {"name":"a","n":1}, {"n":2,"name":"\ud83d\ude00\u00e9"} ] } )";
  std::vector<std::string> names;
  auto object = Object::with_elements(body, "events", 1, 2, [&](Object& element, std::size_t i) {
    EXPECT_EQ(element.integer("n"), static_cast<std::int64_t>(i) + 1);
    names.push_back(element.text("name"));
  });
  EXPECT_THAT(names, ElementsAre("a", "\xf0\x9f\x98\x80\xc3\xa9"));
  EXPECT_FALSE(object.has("events_"));
  EXPECT_TRUE(object.has("before"));
  object.finish();
}

TEST(Elements, WhereverTheyStandTheAnswerIsAsOfTheWholeBody) {
  for (const auto& body : {
           "",
           "{}",
           "[]",
           "null",
           "7",
           R"({"events":null})",
           R"({"events":7})",
           R"({"events":{}})",
           R"({"events":[]})",
           R"({"event":[]})",
           R"({"events":[[]]})",
           R"({"events":[null,1,"x",{}]})",
           R"({"events":[],"events":[]})",
           R"({"\u0065vents":[],"events":1})",
           R"([{"events":[{}]}])",
           R"({"x":{"events":[1]},"event":[{"events":[]}]})",
       }) {
    expect_same(body);
  }
  const auto body = events(good);
  for (const auto& other : {R"("events":1,)", R"("events":[{}],)", R"("x":1,)", R"("x":[{"events":[2]}],)", R"("\u0065vents":[],)"}) {
    expect_same("{" + std::string{other} + body.substr(1));
    expect_same(body.substr(0, body.size() - 1) + "," + std::string{other}.substr(0, std::string_view{other}.size() - 1) + "}");
  }
  EXPECT_EQ(one_by_one(R"({"\u0065vents":[)" + good + "]}"), "0:a=1\n");
}

TEST(Elements, ABodyThatEndsOrBreaksAnywhereIsRefusedAsBefore) {
  const auto body = R"({"events":[{"name":"\ud83d\ude00é","n":12},{"name":"b\\","n":-0}],"x":{"y":[1.5,true]}})" + std::string{"\n"};
  for (std::size_t i = 0; i < body.size(); ++i) {
    expect_same(body.substr(0, i));
    for (const auto* other : {"\"", "\\", "{", "]", ",", "0", "\xff", " x"}) expect_same(body.substr(0, i) + other + body.substr(i + 1));
  }
  for (const auto* rest : {"x", "{}", ",", "]", "\xff"}) expect_same(events(good) + rest);
}

TEST(Elements, NumbersAndTextsAreReadByTheSameRules) {
  for (const auto* number : {"1e3",
                             "1.0",
                             "-0",
                             "-1",
                             "01",
                             "9223372036854775807",
                             "9223372036854775808",
                             "-9223372036854775809",
                             "18446744073709551616",
                             "1e400",
                             "0e9999",
                             "NaN",
                             "-Infinity",
                             "+1",
                             ".5",
                             "5.",
                             "1e",
                             "\"1\"",
                             "true",
                             "null"}) {
    expect_same(events(good + R"(,{"name":"a","n":)" + number + "}"));
    expect_same(events(good + R"(,{"name":"a","n":1,"more":)" + number + "}"));
  }
  for (const auto& text : {std::string{R"("\ud83d")"}, std::string{R"("\ude00\ud83d")"}, std::string{R"("\ud83d\u0041")"},
                           std::string{R"("a\u0000")"}, std::string{R"("\n\t\/\"\\")"}, std::string{R"("\x41")"}, std::string{"\"\n\""},
                           std::string{"\"\xed\xa0\x80\""}, "\"" + repeated("\\u00e9", 200) + "\"", "\"" + std::string(256, 'x') + "\""}) {
    expect_same(events(R"({"name":)" + text + R"(,"n":1})"));
    expect_same(events("{" + text + R"(:1,"name":"a","n":1})"));
    expect_same(events(R"({"name":"a","n":1,"n":)" + text + "}"));
  }
}

TEST(Elements, DepthAndNumberAreLimitedAsBefore) {
  for (std::size_t depth = 26; depth <= 33; ++depth) {
    expect_same(events(nested(depth)));
    expect_same(events(good + R"(,{"x":)" + nested(depth) + "}"));
  }
  for (const std::size_t count : {most - 1, most, most + 1, most + 2}) {
    expect_same(events(repeated(good, count)));
    expect_same(events(repeated("{}", count)));
    expect_same(events(R"({"x":[)" + repeated("1", count) + "]}"));
    expect_same(events(repeated(good, count) + R"(,{"a":1,"a":2})"));
  }
  expect_same(
      events(repeated(R"({"x":[)" + repeated("1", 5'000) + "]}", 49)));  // large ones: no element's memory grows with those before it
  expect_same(events(repeated(R"({"x":[)" + repeated("1", 5'000) + "]}", 51)));
}

TEST(Elements, ThatAreTooManyLeaveNoErrorOfTheirOwn) {
  EXPECT_EQ(one_by_one(events(repeated("{}", most + 1))),
            "422 unacceptable /events: must have at most 10000 elements\n/events: must have at most 10000 elements");
  EXPECT_EQ(one_by_one(events("")), "422 unacceptable /events: must have at least 1 element\n/events: must have at least 1 element");
}

}  // namespace
}  // namespace billing::json
