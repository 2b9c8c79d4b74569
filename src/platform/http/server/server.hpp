#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/http/message.hpp"
#include "platform/runtime/reactor.hpp"

namespace billing::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  // SO_REUSEPORT lets any number of servers share a port, another process' too. Exclusive: first make sure that nobody listens there.
  bool exclusive = true;
  // A socket that listens already and belongs to whoever started this process, and maybe to other processes too: instead of host and port.
  std::optional<int> socket;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_connections = 8192;  // per reactor; beyond it a connection is closed at once
  std::size_t max_held_body_bytes =
      256 * 1024 * 1024;  // per reactor: bodies that are being read or served; beyond it slow senders go, then 503
  std::size_t max_streams = 32;  // per reactor: bodies that are made while they are sent; beyond it 503
  std::chrono::milliseconds idle_timeout{75'000};  // between requests
  std::chrono::milliseconds read_timeout{30'000};  // from a request's first byte to its last
  std::chrono::milliseconds write_timeout{30'000};
};

/// Who sent a request.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Whether it has closed its side: nobody reads the answer. Asks the kernel.
  virtual bool left() const = 0;
};

/// What the server asks of its owner. All of it runs on the reactor's thread.
struct Service {
  /// The body limit for a request whose header has come, in bytes (413 beyond it).
  std::function<std::size_t(Method, std::string_view path)> body_limit;
  /// Whether the rest of a body whose header has come is worth reading: nullopt, or what to answer instead. What it finds out along the way
  /// it may leave in `Request::pass`. Not asked where a request came whole. Optional.
  std::function<Task<std::optional<Response>>(Request&)> admit;
  /// Answers one request. An exception that escapes is logged and answered 500.
  std::function<Task<Response>(Request&, const Peer&)> handle;
};

/// HTTP/1.1 on one reactor (SO_REUSEPORT: one server a core on the same port). Keep-alive, pipelining answered in order, HEAD,
/// bodies that are made while they are sent (chunked), Expect: 100-continue, limits on header and body, one coarse sweep for all the timeouts.
/// Malformed requests get a problem+json 4xx.
/// What waited while the process was stopped is dropped where its client has left.
class Server {
 public:
  /// Binds at once; throws std::system_error when the address is taken.
  Server(Reactor& reactor, ServerOptions options, Service service);
  /// Closes every connection at once: `drain` first. What a handler still does then ends when it ends, as long as the reactor runs.
  ~Server();

  /// Accepts whoever has come, then no more, and lets what is in flight finish with `Connection: close`. A connection that is idle may still
  /// ask once within `farewell`, and then closes: who was about to use it is not cut off. Resumes when all are gone, or after `grace`,
  /// having closed the rest.
  Task<void> drain(std::chrono::milliseconds grace, std::chrono::milliseconds farewell = {});

  std::size_t connections() const;
  /// The port it listens on: the one that was asked for, or the one that was free when that was 0.
  std::uint16_t port() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace billing::http
