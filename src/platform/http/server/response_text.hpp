#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace billing::http {

/// The Date header's value, made anew once a second.
class HttpDate {
 public:
  std::string_view now();

 private:
  std::time_t made_for_ = -1;
  std::string text_;
};

/// Ids that are unique and cheap, not secret: 32 hexadecimal digits.
class RequestIds {
 public:
  RequestIds();
  void next(std::string& out);

 private:
  std::array<std::uint64_t, 2> seed_;
  std::uint64_t count_ = 0;
};

/// Whether a client's X-Request-Id may be used as it is: 1–128 of [A-Za-z0-9_.-].
bool is_request_id(std::string_view text);

/// How a response goes out on its connection.
struct Delivery {
  std::string_view date;
  std::string_view request_id;
  bool http11 = true;
  bool keep_alive = true;
};

/// Whether a response to that method with that status has a body at all.
bool has_body(Method method, int status);

/// Appends the status line and the header, to the empty line. Content-Length, Connection, Date and the like are ours to say: a handler's
/// own are dropped. Header values never carry CR, LF or NUL.
void append_head(std::string& out, const Response& response, const Delivery& delivery);

}  // namespace billing::http
