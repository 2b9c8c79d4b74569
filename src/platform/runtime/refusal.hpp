#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billing {

/// A request that is refused: thrown anywhere below a handler, caught once in platform/http, answered as
/// application/problem+json (RFC 9457). Nothing is wrong with the service, and nothing was changed.
class Refusal : public std::exception {
 public:
  struct FieldError {
    std::string pointer;  // JSON pointer into the body ("/events/3/quantity"), or the query parameter's name ("?limit")
    std::string detail;
  };

  /// `code` is the stable last part of the problem's `type`, such as "email_taken"; `detail` tells a person what to do.
  Refusal(int status, std::string_view code, std::string detail, std::vector<FieldError> errors = {})
      : status(status), code(code), detail(std::move(detail)), errors(std::move(errors)) {}

  const char* what() const noexcept override { return detail.c_str(); }

  int status;
  std::string code;
  std::string detail;
  std::vector<FieldError> errors;
  std::vector<std::pair<std::string, std::string>> headers;  // Allow, Retry-After, WWW-Authenticate
};

/// 404 "not_found"
Refusal not_found(std::string detail);
/// 409 with the given code
Refusal conflict(std::string_view code, std::string detail);
/// 422 "unacceptable" that points at one field
Refusal unacceptable(std::string pointer, std::string detail);

}  // namespace billing
