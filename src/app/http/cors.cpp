#include "app/http/cors.hpp"

#include <algorithm>

namespace billing::app {
namespace {

bool allowed(std::string_view origin, const std::vector<std::string>& origins) {
  return !origin.empty() && std::ranges::any_of(origins, [origin](const std::string& one) { return one == origin || one == "*"; });
}

}  // namespace

bool is_preflight(const http::Request& request) {
  return request.method == http::Method::options && request.has_header("Origin") && request.has_header("Access-Control-Request-Method");
}

http::Response preflight_answer(const http::Request& request, const std::vector<std::string>& origins) {
  http::Response response;
  response.status = 204;
  response.set("Vary", "Origin");
  if (!allowed(request.header("Origin"), origins)) return response;
  response.set("Access-Control-Allow-Origin", std::string{request.header("Origin")});
  response.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH");
  response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id");
  response.set("Access-Control-Max-Age", "600");
  return response;
}

void add_cors_headers(const http::Request& request, const std::vector<std::string>& origins, http::Response& response) {
  if (origins.empty()) return;
  response.set("Vary", "Origin");
  if (!allowed(request.header("Origin"), origins)) return;
  response.set("Access-Control-Allow-Origin", std::string{request.header("Origin")});
  response.set("Access-Control-Expose-Headers", "ETag, Idempotency-Replayed, Link, Location, Retry-After, X-Request-Id");
}

}  // namespace billing::app
