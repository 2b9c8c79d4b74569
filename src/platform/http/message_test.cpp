#include "platform/http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/problem.hpp"
#include "platform/http/server/response_text.hpp"
#include "platform/http/text.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

Request with_query(std::string_view query) {
  Request request;
  request.query = query;
  return request;
}

template <class Call>
int status_of(const Call& call) {
  try {
    call();
  } catch (const Refusal& refusal) {
    return refusal.status;
  }
  return 200;
}

TEST(Request, HeaderNamesAreFoundInAnyCase) {
  Request request;
  request.headers = {{"Content-Type", "text/plain"}, {"x-a", "1"}, {"X-A", "2"}};
  EXPECT_EQ(request.header("content-type"), "text/plain");
  EXPECT_EQ(request.header("X-a"), "1");
  EXPECT_EQ(request.header("Accept"), "");
  EXPECT_TRUE(request.has_header("X-A"));
  EXPECT_FALSE(request.has_header("Accept"));
}

TEST(Request, QueryParametersAreDecoded) {
  const std::tuple<std::string, std::string, std::optional<std::string>> cases[] = {
      {"", "a", std::nullopt},
      {"a", "a", ""},
      {"a=", "a", ""},
      {"=x", "", "x"},
      {"a=1&b=2", "b", "2"},
      {"&&a=1&&", "a", "1"},
      {"a=x=y", "a", "x=y"},
      {"a=1+2%2B3", "a", "1 2+3"},
      {"email=a%40b.example", "email", "a@b.example"},
      {"%61=1", "a", "1"},
      {"a+b=1", "a b", "1"},
      {"a=caf%C3%a9", "a", "caf\xc3\xa9"},
      {"A=1", "a", std::nullopt},
  };
  for (const auto& [query, name, value] : cases) EXPECT_EQ(with_query(query).query_param(name), value) << query;
}

TEST(Request, MalformedQueriesAreRefused) {
  for (const std::string query : {"a=%", "a=%4", "a=%zz", "a=%ff", "%=1", "a=%ed%a0%80"}) {
    EXPECT_EQ(status_of([&] { with_query(query).query_param("a"); }), 400) << query;
    EXPECT_EQ(status_of([&] { with_query(query).query_params(); }), 400) << query;
  }
  EXPECT_EQ(status_of([] { with_query("a=%00").query_param("a"); }), 422);
  EXPECT_EQ(status_of([] { with_query("a=1&a=2").query_param("a"); }), 422);
  EXPECT_EQ(status_of([] { with_query("a=1&a=2").query_param("b"); }), 200);
  EXPECT_THAT(with_query("a=1&b=3&a=%32").query_values("a"), ElementsAre("1", "2"));
  EXPECT_THAT(with_query("a=1").query_values("b"), ElementsAre());
}

TEST(Request, UnknownQueryParametersAreRefusedByName) {
  EXPECT_EQ(status_of([] { with_query("limit=1&after=2").allow_query_params({"limit", "after"}); }), 200);
  EXPECT_EQ(status_of([] { with_query("").allow_query_params({}); }), 200);
  try {
    with_query("limt=1").allow_query_params({"limit", "after"});
    ADD_FAILURE();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.errors.at(0).pointer, "?limt");
    EXPECT_THAT(refusal.detail, HasSubstr("limit, after"));
  }
}

TEST(Request, QueryParametersComeInOrder) {
  EXPECT_THAT(with_query("b=1&a=2&b=3").query_params(), ElementsAre(Pair("b", "1"), Pair("a", "2"), Pair("b", "3")));
}

TEST(Problem, IsRfc9457) {
  Refusal refusal(422, "unacceptable", "two \"things\"", {{"/a", "is required"}, {"?b", "must be 1"}});
  refusal.headers.emplace_back("Retry-After", "3");
  const auto response = problem(refusal, "abc");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_THAT(response.headers, ElementsAre(Pair("Retry-After", "3")));
  EXPECT_EQ(response.body,
            R"({"type":"/docs#unacceptable","title":"Unprocessable Content","status":422,"detail":"two \"things\"",)"
            R"("errors":[{"pointer":"/a","detail":"is required"},{"pointer":"?b","detail":"must be 1"}],"request_id":"abc"})");
  EXPECT_EQ(problem(not_found("gone"), "abc").body,
            R"({"type":"/docs#not_found","title":"Not Found","status":404,"detail":"gone","request_id":"abc"})");
}

TEST(Problem, EveryStatusHasItsReason) {
  EXPECT_EQ(reason(200), "OK");
  EXPECT_EQ(reason(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason(299), "Unknown");
}

std::string head_of(const Response& response, Delivery delivery = {"DATE", "ID", true, true}) {
  std::string out;
  append_head(out, response, delivery);
  return out;
}

TEST(ResponseHead, IsWrittenWhole) {
  Response response;
  response.status = 201;
  response.body = "{}";
  response.set("ETag", "\"1\"");
  EXPECT_EQ(head_of(response),
            "HTTP/1.1 201 Created\r\nDate: DATE\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Request-Id: ID\r\nETag: "
            "\"1\"\r\n\r\n");
}

TEST(ResponseHead, NothingCanBeSmuggledIntoIt) {
  Response response;
  response.content_type = "text/plain\r\nX-Evil: 1";
  response.set("Location", std::string("/a\r\nX-Evil: 1\0b", 15));
  response.set("Bad Name\r\nX-Evil", "1");
  response.set("", "1");
  response.set("content-length", "999");
  response.set("Transfer-Encoding", "chunked");
  response.set("Connection", "upgrade");
  const auto head = head_of(response);
  EXPECT_THAT(head, Not(HasSubstr("\nX-Evil")));
  EXPECT_THAT(head, HasSubstr("Location: /a  X-Evil: 1 b\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("999")));
  EXPECT_THAT(head, Not(HasSubstr("chunked")));
  EXPECT_THAT(head, Not(HasSubstr("upgrade")));
  EXPECT_THAT(head, Not(HasSubstr("Bad Name")));
}

TEST(ResponseHead, WithoutABodyThereIsNoLength) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    EXPECT_THAT(head_of(response), Not(HasSubstr("Content-")));
    EXPECT_FALSE(has_body(Method::get, status));
  }
  EXPECT_FALSE(has_body(Method::head, 200));
  EXPECT_TRUE(has_body(Method::get, 404));
}

TEST(RequestIds, AreNewEachTime) {
  RequestIds ids;
  std::string a, b;
  ids.next(a);
  ids.next(b);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.size(), 32U);
  EXPECT_TRUE(is_request_id(a));
}

TEST(RequestIds, AClientsOwnIsTakenWhenItIsHarmless) {
  EXPECT_TRUE(is_request_id("a-Z_0.9"));
  EXPECT_TRUE(is_request_id(std::string(128, 'x')));
  for (const auto& text : {std::string{}, std::string(129, 'x'), std::string{"a b"}, std::string{"a\"b"}, std::string{"a\xc3\xa9"}}) {
    EXPECT_FALSE(is_request_id(text)) << text;
  }
}

}  // namespace
}  // namespace billing::http
