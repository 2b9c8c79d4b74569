#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "platform/json/json.hpp"

namespace billing::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What `finish` finds wrong, each as "pointer: detail".
std::vector<std::string> errors_of(Object& object) {
  std::vector<std::string> lines;
  try {
    object.finish();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, "unacceptable");
    for (const auto& error : refusal.errors) lines.push_back(error.pointer + ": " + error.detail);
  }
  return lines;
}

TEST(Object, ReadsEveryKindOfMember) {
  Object object(R"({"name":"caf\u00e9","count":-5,"active":true,"note":null,"list":[{"n":1},{"n":2}]})");
  EXPECT_EQ(object.text("name"), "caf\xc3\xa9");
  EXPECT_EQ(object.integer("count"), -5);
  EXPECT_EQ(object.optional_boolean("active"), true);
  EXPECT_EQ(object.nullable_text("note"), std::nullopt);
  EXPECT_TRUE(object.has("note"));
  EXPECT_TRUE(object.is_null("note"));
  EXPECT_FALSE(object.has("absent"));
  EXPECT_FALSE(object.is_null("absent"));
  std::vector<std::int64_t> numbers;
  EXPECT_TRUE(object.array("list", 0, 10, [&](Object& element, std::size_t) { numbers.push_back(element.integer("n")); }));
  EXPECT_THAT(numbers, ElementsAre(1, 2));
  EXPECT_THAT(errors_of(object), IsEmpty());
}

TEST(Object, ABodyThatIsNoObjectIsRefused) {
  for (const std::string body : {"[]", "1", "\"x\"", "null", "true"}) {
    try {
      Object object(body);
      ADD_FAILURE() << body;
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.status, 422) << body;
    }
  }
  try {
    Object object("{");
    ADD_FAILURE();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 400);
  }
}

TEST(Object, ATextsLengthIsCountedInCharacters) {
  Object object{R"({"fits":"\u00e9\u00e9\u20ac\ud83d\udcb8x","long":"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"})"};
  EXPECT_EQ(object.text("fits", 5).size(), 12u);
  object.text("long", 5);
  EXPECT_EQ(object.error_count(), 1u);
}

TEST(Object, TextIsRefusedWithWhatToDo) {
  const std::pair<std::string, std::string> cases[] = {
      {"{}", "/t: is required"},
      {R"({"t":null})", "/t: must be text, not null"},
      {R"({"t":5})", "/t: must be text"},
      {R"({"t":["x"]})", "/t: must be text"},
      {R"({"t":""})", "/t: must not be empty"},
      {R"({"t":"123456"})", "/t: must be at most 5 characters long"},
      {R"({"t":"a\u0000b"})", R"(/t: must not contain NUL (\u0000))"},
  };
  for (const auto& [body, expected] : cases) {
    Object object(body);
    EXPECT_EQ(object.text("t", 5), "");
    EXPECT_THAT(errors_of(object), ElementsAre(expected)) << body;
  }
}

TEST(Object, OptionalTextIsAsStrictOnceItIsThere) {
  Object object(R"({"a":5,"b":"","c":"\u0000"})");
  EXPECT_EQ(object.optional_text("a"), std::nullopt);
  EXPECT_EQ(object.optional_text("b"), std::nullopt);
  EXPECT_EQ(object.optional_text("c"), std::nullopt);
  EXPECT_EQ(object.optional_text("d"), std::nullopt);
  EXPECT_THAT(errors_of(object), ElementsAre("/a: must be text", "/b: must not be empty", R"(/c: must not contain NUL (\u0000))"));
}

TEST(Object, NullIsRefusedWhereItMeansNothing) {
  Object object(R"({"text":null,"number":null,"flag":null,"object":null,"numbers":null,"texts":null,"list":null})");
  EXPECT_EQ(object.optional_text("text"), std::nullopt);
  EXPECT_EQ(object.optional_integer("number"), std::nullopt);
  EXPECT_EQ(object.optional_boolean("flag"), std::nullopt);
  object.optional_object("object", [](Object&) {});
  EXPECT_EQ(object.optional_integers("numbers", 1, 3, 0), std::nullopt);
  EXPECT_EQ(object.optional_texts("texts", 2, 3), std::nullopt);
  object.array("list", 0, 3, [](Object&, std::size_t) {});
  EXPECT_THAT(errors_of(object),
              ElementsAre("/text: must be text, not null", "/number: must be a whole number, not null", "/flag: must be true or false",
                          "/object: must be an object", "/numbers: must be an array of 1 to 3 whole numbers",
                          "/texts: must be an object of at most 2 texts", "/list: must be an array"));
}

TEST(Object, NullIsReadWhereItMeansSomething) {
  Object object(R"({"text":null,"number":null,"wrong":"","big":7})");
  EXPECT_EQ(object.nullable_text("text"), std::nullopt);
  EXPECT_EQ(object.nullable_integer("number"), std::nullopt);
  EXPECT_EQ(object.nullable_text("wrong"), std::nullopt);
  EXPECT_EQ(object.nullable_integer("big", 0, 5), std::nullopt);
  EXPECT_THAT(errors_of(object), ElementsAre("/wrong: must not be empty", "/big: must be at most 5"));
}

TEST(Object, AnIntegerIsWrittenAsOne) {
  const auto plain = "must be a whole number, written without a fraction or an exponent";
  const std::pair<std::string, std::string> cases[] = {
      {"{}", "is required"},
      {R"({"n":null})", "must be a whole number, not null"},
      {R"({"n":"5"})", "must be a whole number, written without quotes"},
      {R"({"n":true})", "must be a whole number"},
      {R"({"n":[]})", "must be a whole number"},
      {R"({"n":1.0})", plain},
      {R"({"n":-0.0})", plain},
      {R"({"n":1e2})", plain},
      {R"({"n":1E0})", plain},
      {R"({"n":2.5})", plain},
      {R"({"n":101})", "must be at most 100"},
      {R"({"n":-101})", "must be at least -100"},
      {R"({"n":9223372036854775808})", "must be at most 100"},
      {R"({"n":18446744073709551616})", "must be at most 100"},
      {R"({"n":1e400})", "must be at most 100"},
      {R"({"n":-9223372036854775809})", "must be at least -100"},
      {R"({"n":-1e30})", "must be at least -100"},
  };
  for (const auto& [body, expected] : cases) {
    Object object(body);
    EXPECT_EQ(object.integer("n", -100, 100), 0);
    EXPECT_THAT(errors_of(object), ElementsAre("/n: " + expected)) << body;
  }
}

TEST(Object, IntegersReachFromTheSmallestToTheLargest) {
  Object object(R"({"a":9223372036854775807,"b":-9223372036854775808,"c":-0,"d":null})");
  EXPECT_EQ(object.integer("a"), INT64_MAX);
  EXPECT_EQ(object.optional_integer("b"), INT64_MIN);
  EXPECT_EQ(object.integer("c"), 0);
  EXPECT_EQ(object.nullable_integer("d"), std::nullopt);
  EXPECT_EQ(object.optional_integer("e"), std::nullopt);
  EXPECT_THAT(errors_of(object), IsEmpty());
  Object beyond(R"({"a":9223372036854775808,"b":-9223372036854775809})");
  beyond.integer("a");
  beyond.integer("b");
  EXPECT_THAT(errors_of(beyond), ElementsAre("/a: must be at most 9223372036854775807", "/b: must be at least -9223372036854775808"));
}

TEST(Object, ABooleanIsTrueOrFalse) {
  Object object(R"({"a":1,"b":"true","c":null})");
  EXPECT_EQ(object.optional_boolean("a"), std::nullopt);
  EXPECT_EQ(object.optional_boolean("b"), std::nullopt);
  EXPECT_EQ(object.optional_boolean("c"), std::nullopt);
  EXPECT_THAT(errors_of(object), ElementsAre("/a: must be true or false", "/b: must be true or false", "/c: must be true or false"));
}

TEST(Object, UnknownMembersAreErrorsThatHelp) {
  Object object(R"({"quantitty":1,"metric":"m","zebra":1,"a/b~c":1,"met\u0000ric":2})");
  object.text("metric");
  object.optional_integer("quantity");
  EXPECT_THAT(errors_of(object),
              ElementsAre(R"(/quantitty: unknown member; did you mean "quantity"?)", "/zebra: unknown member", "/a~1b~0c: unknown member",
                          std::string("/met\0ric: unknown member; did you mean \"metric\"?", 48)));
}

TEST(Object, AnEndlessNameIsCutShortInItsPointer) {
  Object object("{\"" + std::string(199, 'x') + "\xc3\xa9" + std::string(100'000, 'y') + "\":1}");
  EXPECT_THAT(errors_of(object), ElementsAre("/" + std::string(199, 'x') + "…: unknown member"));
}

TEST(Object, CollectsEveryErrorWithItsPointer) {
  Object object(R"({"code":5,"charges":[{"metric":"m","tiers":[{"up_to":1},{"up_to":"x"}]},7,{"metrics":"m"}]})");
  object.text("code");
  object.array("charges", 1, 20, [](Object& charge, std::size_t) {
    charge.text("metric");
    if (charge.has("tiers")) charge.array("tiers", 1, 10, [](Object& tier, std::size_t) { tier.integer("up_to"); });
  });
  object.fail("", "does not add up");
  object.fail("code", "is taken");
  EXPECT_THAT(errors_of(object),
              ElementsAre("/code: must be text", "/charges/0/tiers/1/up_to: must be a whole number, written without quotes",
                          "/charges/1: must be an object", "/charges/2/metric: is required",
                          R"(/charges/2/metrics: unknown member; did you mean "metric"?)", ": does not add up", "/code: is taken"));
}

TEST(Object, AnArraysSizeIsBounded) {
  const std::pair<std::string, std::string> cases[] = {
      {"{}", "/list: is required"},
      {R"({"list":null})", "/list: must be an array"},
      {R"({"list":{}})", "/list: must be an array"},
      {R"({"list":[]})", "/list: must have at least 1 element"},
      {R"({"list":[{},{},{}]})", "/list: must have at most 2 elements"},
  };
  for (const auto& [body, expected] : cases) {
    Object object(body);
    int calls = 0;
    EXPECT_FALSE(object.array("list", 1, 2, [&](Object&, std::size_t) { ++calls; }));
    EXPECT_EQ(calls, 0);
    EXPECT_THAT(errors_of(object), ElementsAre(expected)) << body;
  }
}

TEST(Object, ErrorsCanBeTakenElementByElement) {
  Object object(R"({"events":[{"n":1},{"n":"x","y":1},"none",{"n":4}]})");
  std::vector<std::string> faults;
  object.array("events", 1, 10, [&](Object& event, std::size_t i) {
    const auto before = event.error_count();
    event.integer("n");
    event.refuse_unknown();
    for (const auto& error : event.take_errors(before)) faults.push_back(std::to_string(i) + " " + error.pointer + ": " + error.detail);
  });
  EXPECT_THAT(faults, ElementsAre("1 /events/1/n: must be a whole number, written without quotes", "1 /events/1/y: unknown member",
                                  "2 /events/2: must be an object"));
  EXPECT_THAT(errors_of(object), IsEmpty());
}

TEST(Object, AnElementMayBeKept) {
  Object object(R"({"list":[{"n":1},{"n":2}]})");
  std::vector<Object> kept;
  object.array("list", 0, 10, [&](Object& element, std::size_t) { kept.push_back(std::move(element)); });
  EXPECT_EQ(kept.at(0).integer("n"), 1);
  EXPECT_EQ(kept.at(1).integer("n"), 2);
}

TEST(Object, AHundredErrorsAreListedAtMost) {
  std::string body = "{\"known\":1";
  for (int i = 0; i < 500; ++i) body += ",\"x" + std::to_string(i) + "\":1";
  Object object(body + "}");
  object.integer("known");
  try {
    object.finish();
    ADD_FAILURE();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.errors.size(), 100U);
    EXPECT_THAT(refusal.detail, HasSubstr("More than 100 things"));
    EXPECT_THAT(refusal.detail, HasSubstr("/x0: unknown member"));
  }
}

TEST(Object, AnObjectOfTextsIsReadWhole) {
  Object object(R"({"notes":{"a":"1","b":"two"}})");
  const auto notes = object.optional_texts("notes", 2, 3);
  EXPECT_EQ(object.optional_texts("other", 2, 3), std::nullopt);
  object.finish();
  EXPECT_EQ(notes, (std::map<std::string, std::string>{{"a", "1"}, {"b", "two"}}));
}

TEST(Object, AnObjectOfTextsPointsAtWhatIsNone) {
  Object object(R"({"notes":{"a":1,"b":"long","c":"ok"},"many":{"a":"","b":""},"none":[]})");
  object.optional_texts("notes", 3, 3);
  object.optional_texts("many", 1, 3);
  object.optional_texts("none", 1, 3);
  try {
    object.finish();
    ADD_FAILURE();
  } catch (const Refusal& refusal) {
    std::vector<std::string> pointers;
    for (const auto& error : refusal.errors) pointers.push_back(error.pointer);
    EXPECT_THAT(pointers, testing::ElementsAre("/notes/a", "/notes/b", "/many", "/none"));
  }
}

TEST(Object, TenThousandElementsAreRead) {
  std::string body = R"({"events":[)";
  for (int i = 0; i < 10'000; ++i) {
    body += (i ? "," : "") + std::string(R"({"user_id":"0190a5c8-7f3e-7c21-9d5b-3f1f2a6b7c8d","metric":"api_calls","quantity":)") +
            std::to_string(i) + R"(,"event_id":"e)" + std::to_string(i) + "\"}";
  }
  body += "]}";
  Object object(body);
  std::int64_t sum = 0;
  object.array("events", 1, 10'000, [&](Object& event, std::size_t) {
    event.text("user_id");
    event.text("metric");
    event.optional_text("at");
    event.optional_text("event_id");
    sum += event.integer("quantity");
  });
  object.finish();
  EXPECT_EQ(sum, 49'995'000);
}

}  // namespace
}  // namespace billing::json
