#include "app/http/cookie.hpp"

#include <gtest/gtest.h>

namespace billing::app {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

http::Request request(http::Method method, Headers headers) {
  http::Request made;
  made.method = method;
  made.headers = std::move(headers);
  made.headers.emplace_back("Host", "billing.example.com");
  made.headers.emplace_back("Cookie", "theme=dark; billing_session=bs_1; other=2");
  return made;
}

std::string_view token(http::Method method, Headers headers) {
  static http::Request kept;  // the token is a view into it
  kept = request(method, std::move(headers));
  return session_token(kept);
}

TEST(Cookie, IsFoundAmongOthersAndByItsWholeName) {
  EXPECT_EQ(token(http::Method::get, {}), "bs_1");
  http::Request other;
  other.method = http::Method::get;
  other.headers = {{"Cookie", "not_billing_session=a; billing_session_2=b;billing_session="}};
  EXPECT_EQ(session_token(other), "");
  other.headers = {};
  EXPECT_EQ(session_token(other), "");
}

TEST(Cookie, CountsOnlyWhereTheRequestComesFromAPageOfOurs) {
  const auto get = http::Method::get;
  const auto post = http::Method::post;
  const auto erase = http::Method::delete_;
  struct {
    const char* what;
    http::Method method;
    Headers headers;
    bool counts;
  } const cases[] = {
      {"a page of ours writes", post, {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://billing.example.com"}}, true},
      {"a page of ours writes, without TLS", post, {{"Origin", "http://billing.example.com"}}, true},
      {"behind a proxy that changes Host the browser's word counts",
       post,
       {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://admin.example"}},
       true},
      {"the address bar", get, {{"Sec-Fetch-Site", "none"}}, true},
      {"another site writes", post, {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}}, false},
      {"another host of the same site writes", post, {{"Sec-Fetch-Site", "same-site"}, {"Origin", "https://blog.example.com"}}, false},
      {"another port writes", post, {{"Origin", "http://billing.example.com:9000"}}, false},
      {"a sandboxed page writes", post, {{"Origin", "null"}}, false},
      {"another site reads", get, {{"Sec-Fetch-Site", "cross-site"}}, false},
      {"nobody vouches for a write", post, {}, false},
      {"nobody vouches for a sign-out", erase, {}, false},
      {"the address bar does not write", post, {{"Sec-Fetch-Site", "none"}}, false},
  };
  for (const auto& one : cases) EXPECT_EQ(token(one.method, one.headers) == "bs_1", one.counts) << one.what;
}

TEST(Cookie, IsOutOfReachForScriptsAndOtherSites) {
  const auto plain = request(http::Method::post, {});
  EXPECT_EQ(session_cookie(plain, "bs_1"), "billing_session=bs_1; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(session_cookie(plain, ""), "billing_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  EXPECT_EQ(session_cookie(request(http::Method::post, {{"X-Forwarded-Proto", "https"}}), "bs_1"),
            "billing_session=bs_1; Path=/; HttpOnly; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace billing::app
