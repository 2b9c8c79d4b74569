#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/runtime/task.hpp"

namespace billing::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

/// A whole request, read into memory within the limits. The views live as long as the request.
struct Request {
  Method method = Method::other;
  std::string_view method_text;  // as sent: "GET", "PROPFIND"
  std::string_view path;         // percent-encoded as sent, without the query
  std::string_view query;        // without the '?'
  std::string_view body;
  std::string remote_address;  // the peer's address, without the port
  std::string request_id;      // ours, or the client's X-Request-Id when that is 1–128 of [A-Za-z0-9_.-]

  std::vector<std::pair<std::string_view, std::string_view>> headers;  // names as sent
  std::vector<std::string> path_params;                                // filled by the router, percent-decoded, in order
  std::function<void()> body_read;  // of the server: gives back the body's memory, for who waits long after reading a large one
  std::any pass;  // what Service::admit found out about this very request, for Service::handle

  /// Nobody looks at the body any more. Its memory is free before the request is answered.
  void forget_body() const {
    if (body_read) body_read();
  }
  /// The first value of that header (case-insensitive); empty when it is not there.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;

  /// The decoded value of a query parameter; nullopt when it is not there. A parameter given twice: Refusal 422.
  std::optional<std::string> query_param(std::string_view name) const;
  /// All decoded values of a query parameter that may be given several times, in their order.
  std::vector<std::string> query_values(std::string_view name) const;
  /// Refuses (422) any query parameter that is not in the list, so that a typo is not silently ignored.
  void allow_query_params(std::span<const std::string_view> names) const;
  void allow_query_params(std::initializer_list<std::string_view> names) const {
    allow_query_params(std::span{names.begin(), names.size()});
  }
  /// All parameters, decoded (application/x-www-form-urlencoded). Malformed percent-encoding: Refusal 400.
  std::vector<std::pair<std::string, std::string>> query_params() const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Where the body is too long to be made at once: what follows `body`, piece by piece, each asked for when the ones before it are sent, an empty
  /// one at the end. An exception breaks the transfer off, in a way that its client sees. It outlives its handler: it may refer to what the server does.
  std::function<Task<std::string>()> more{};

  void set(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

}  // namespace billing::http
