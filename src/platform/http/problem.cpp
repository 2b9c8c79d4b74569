#include "platform/http/problem.hpp"

#include <algorithm>
#include <iterator>

#include "platform/json/build.hpp"

namespace billing::http {

std::string_view reason(int status) {
  struct Row {
    int status;
    std::string_view text;
  };
  static constexpr Row rows[] = {
      {100, "Continue"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  const auto* found = std::ranges::find(rows, status, &Row::status);
  return found == std::end(rows) ? "Unknown" : found->text;
}

Response problem(const Refusal& refusal, std::string_view request_id) {
  Response response;
  response.status = refusal.status;
  response.content_type = "application/problem+json";
  response.headers = refusal.headers;

  auto& body = response.body;
  body = R"({"type":)";
  json::append_text(body, "/docs#" + refusal.code);
  body += R"(,"title":)";
  json::append_text(body, reason(refusal.status));
  body += R"(,"status":)" + std::to_string(refusal.status) + R"(,"detail":)";
  json::append_text(body, refusal.detail);
  if (!refusal.errors.empty()) {
    body += R"(,"errors":[)";
    for (const auto& error : refusal.errors) {
      body += body.back() == '[' ? R"({"pointer":)" : R"(,{"pointer":)";
      json::append_text(body, error.pointer);
      body += R"(,"detail":)";
      json::append_text(body, error.detail);
      body += '}';
    }
    body += ']';
  }
  body += R"(,"request_id":)";
  json::append_text(body, request_id);
  body += '}';
  return response;
}

}  // namespace billing::http
