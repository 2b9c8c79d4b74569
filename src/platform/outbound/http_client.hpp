#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "platform/observe/metrics.hpp"
#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing::outbound {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;  // "GET", "POST", …
  std::string url;
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds timeout{15'000};  // of all of it, waiting for room included
};

struct HttpAnswer {
  int status = 0;
  Headers headers{};  // names in lower case
  std::string body{};

  /// The first of that name (in lower case).
  std::optional<std::string_view> header(std::string_view name) const;
};

enum class FailureKind : std::uint8_t {
  bad_request,      // not an http(s) URL, or a header with a line break in it
  address_refused,  // it leads only where it may not
  not_found,        // its name has no address
  not_connected,    // nobody there who takes the connection
  not_trusted,      // no TLS, or with a certificate that is none
  timed_out,
  broken,           // the connection ended in the middle, or what came is no HTTP
  too_long,         // the answer was longer than is taken
  overloaded,       // too many wait already
  closed,           // the client was closed
};
std::string_view to_text(FailureKind kind);

/// No answer, or none that is whole.
struct HttpFailure {
  FailureKind kind;
  bool may_have_arrived = false;  // they may have had the request
  int status = 0;                 // of an answer that broke off or was too long
  std::string detail{};           // for a person
};
using HttpResult = std::variant<HttpAnswer, HttpFailure>;

enum class PlainHttp : std::uint8_t { never, to_loopback, anywhere };

struct HttpClientOptions {
  bool public_only = false;  // refuse addresses of this machine and of private networks, when connecting
  PlainHttp plain = PlainHttp::never;
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t most_body = 1 << 20;  // of an answer
  std::size_t most_running = 32;
  std::size_t most_running_per_host = 8;
  std::size_t most_waiting = 1'000;
  std::size_t most_named_hosts = 20;  // in metrics; those after them are "other"
  std::optional<std::string> ca_file{};  // instead of the system's authorities
};

/// HTTP/1.1 to others, on a reactor (libcurl). Follows no redirect, heeds no proxy of the environment, decodes nothing. Each client has connections of its own; they are
/// kept for the next request. Its thread only.
/// Counts billing_outbound_requests_total{host,outcome} and billing_outbound_seconds_total{host}.
class HttpClient {
 public:
  HttpClient(Reactor& reactor, Metrics& metrics, HttpClientOptions options);
  ~HttpClient();

  /// Never throws for what others do. Destroying the coroutine ends the request.
  Task<HttpResult> send(HttpRequest request);
  /// Ends every request with `closed`, and refuses new ones.
  void close();
  std::size_t running() const;
  std::size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace billing::outbound
