#include "app/http/cookie.hpp"

#include <algorithm>

#include "platform/http/text.hpp"

namespace billing::app {
namespace {

constexpr std::string_view cookie_name = "billing_session";

/// "https://billing.example.com:8443" → "billing.example.com:8443"; a Host has no port either where it is the scheme's usual one.
std::string_view host_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == origin.npos ? std::string_view{} : origin.substr(scheme + 3);
}

bool reads(const http::Request& request) { return request.method == http::Method::get || request.method == http::Method::head; }

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    auto one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

bool came_from_elsewhere(const http::Request& request) {
  if (const auto site = request.header("Sec-Fetch-Site"); !site.empty()) return site != "same-origin" && site != "none";
  const auto origin = request.header("Origin");
  return !origin.empty() && !http::same_token(host_of(origin), request.header("Host"));
}

std::string_view session_token(const http::Request& request) {
  if (came_from_elsewhere(request)) return {};
  const bool vouched_for = request.header("Sec-Fetch-Site") == "same-origin" || request.has_header("Origin");
  if (!reads(request) && !vouched_for) return {};
  return cookie_value(request.header("Cookie"), cookie_name);
}

std::string session_cookie(const http::Request& request, std::string_view token) {
  std::string cookie{cookie_name};
  cookie.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Strict");
  if (token.empty()) cookie += "; Max-Age=0";
  if (request.header("X-Forwarded-Proto") == "https") cookie += "; Secure";  // TLS ends at the proxy
  return cookie;
}

}  // namespace billing::app
