#include "platform/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace billing::http {
namespace {

using enum Router::Match::Kind;
using Params = std::vector<std::string>;

Router example() {
  Router router;
  const std::pair<Method, std::string_view> rows[] = {
      {Method::get, "/"},
      {Method::get, "/plans"},
      {Method::post, "/plans"},
      {Method::get, "/plans/{code}"},
      {Method::patch, "/plans/{code}"},
      {Method::get, "/usage/{user_id}"},
      {Method::post, "/usage/batch"},
      {Method::get, "/invoices/{user_id}"},
      {Method::get, "/invoices/{user_id}/{invoice_id}"},
      {Method::post, "/invoices/generate/{user_id}"},
      {Method::post, "/invoices/{user_id}/{invoice_id}/pay"},
      {Method::get, "/files/{a}/last"},
      {Method::get, "/files/first/{b}"},
      {Method::get, "/invoices/{user_id}/{invoice_id}.pdf"},
      {Method::delete_, "/invoices/{user_id}/{invoice_id}"},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) router.add(rows[i].first, rows[i].second, i);
  return router;
}

TEST(Router, FindsTheRowThatServes) {
  struct Case {
    Method method;
    std::string path;
    std::size_t index;
    Params params;
  };
  const Case cases[] = {
      {Method::get, "/", 0, {}},
      {Method::get, "/plans", 1, {}},
      {Method::head, "/plans", 1, {}},
      {Method::post, "/plans", 2, {}},
      {Method::get, "/plans/pro", 3, {"pro"}},
      {Method::get, "/plans/a%20b%2Fc%c3%a9", 3, {"a b/c\xc3\xa9"}},
      {Method::get, "/plans/a+b", 3, {"a+b"}},
      {Method::patch, "/plans/pro", 4, {"pro"}},
      {Method::get, "/usage/u1", 5, {"u1"}},
      {Method::post, "/usage/batch", 6, {}},
      {Method::get, "/invoices/u1", 7, {"u1"}},
      {Method::get, "/invoices/u1/i1", 8, {"u1", "i1"}},
      {Method::post, "/invoices/generate/u1", 9, {"u1"}},
      {Method::post, "/invoices/u1/i1/pay", 10, {"u1", "i1"}},
      {Method::post, "/invoices/generate/i1/pay", 10, {"generate", "i1"}},
      {Method::get, "/files/x/last", 11, {"x"}},
      {Method::get, "/files/first/last", 12, {"last"}},
      {Method::get, "/invoices/u1/i1.pdf", 13, {"u1", "i1"}},
      {Method::get, "/invoices/u1/i1.pdf.pdf", 13, {"u1", "i1.pdf"}},
      {Method::get, "/invoices/u1/i1.pdfs", 8, {"u1", "i1.pdfs"}},
      {Method::get, "/invoices/u1/.pdf", 8, {"u1", ".pdf"}},
      {Method::delete_, "/invoices/u1/i1", 14, {"u1", "i1"}},
  };
  const auto router = example();
  for (const auto& [method, path, index, params] : cases) {
    const auto match = router.match(method, path);
    EXPECT_EQ(match.kind, found) << path;
    EXPECT_EQ(match.index, index) << path;
    EXPECT_EQ(match.params, params) << path;
  }
}

TEST(Router, AnotherPathIsNotFound) {
  const auto router = example();
  for (const std::string path :
       {"", "plans", "/plan", "/plans/", "//plans", "/Plans", "/plans/a/b", "/usage", "/usage/", "/invoices//i1", "/plans/%", "/plans/%2",
        "/plans/%zz", "/plans/%00", "/plans/%ff", "/plans/%ed%a0%80", "*", "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"}) {
    EXPECT_EQ(router.match(Method::get, path).kind, not_found) << path;
  }
}

TEST(Router, AKnownPathNamesTheMethodsItTakes) {
  const std::tuple<Method, std::string, std::string> cases[] = {
      {Method::delete_, "/plans", "GET, HEAD, POST"}, {Method::other, "/plans/pro", "GET, HEAD, PATCH"},
      {Method::get, "/usage/batch", "POST"},  // the literal path is a thing of its own
      {Method::head, "/usage/batch", "POST"},         {Method::get, "/invoices/generate/u1", "POST"},
      {Method::get, "/invoices/u1/i1/pay", "POST"},   {Method::options, "/", "GET, HEAD"},
  };
  const auto router = example();
  for (const auto& [method, path, allow] : cases) {
    const auto match = router.match(method, path);
    EXPECT_EQ(match.kind, method_not_allowed) << path;
    EXPECT_EQ(match.allow, allow) << path;
  }
}

TEST(Router, ARowOfItsOwnForHeadWins) {
  Router router;
  router.add(Method::get, "/x", 1);
  router.add(Method::head, "/x", 2);
  EXPECT_EQ(router.match(Method::head, "/x").index, 2U);
  EXPECT_EQ(router.match(Method::get, "/x").index, 1U);
  EXPECT_EQ(router.match(Method::post, "/x").allow, "GET, HEAD");
}

TEST(Router, APatternBeginsWithASlash) { EXPECT_THROW(Router().add(Method::get, "plans", 0), std::invalid_argument); }

}  // namespace
TEST(Router, a_parameter_at_the_end_may_take_the_whole_rest) {
  Router router;
  router.add(Method::get, "/admin/{path...}", 1);
  router.add(Method::get, "/admin", 2);
  router.add(Method::get, "/admin/{a}/literal", 3);
  EXPECT_EQ(router.match(Method::get, "/admin/").params, std::vector<std::string>{""});
  EXPECT_EQ(router.match(Method::get, "/admin/assets/a%20b.js").params, std::vector<std::string>{"assets/a b.js"});
  EXPECT_EQ(router.match(Method::get, "/admin/a//b/").params, std::vector<std::string>{"a//b/"});
  EXPECT_EQ(router.match(Method::get, "/admin").index, 2U);
  EXPECT_EQ(router.match(Method::post, "/admin/x").allow, "GET, HEAD");
  EXPECT_EQ(router.match(Method::get, "/administrator").kind, Router::Match::Kind::not_found);
}

}  // namespace billing::http
