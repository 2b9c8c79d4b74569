#pragma once

#include <map>
#include <optional>
#include <string>
#include <thread>

#include "platform/http/server/server.hpp"

namespace billing::http {

/// A server on a thread of its own and a port that was free; on the options' port when they are not exclusive.
class TestServer {
 public:
  explicit TestServer(Service service, ServerOptions options = {});
  ~TestServer();  // drains, unless that was done

  /// Runs `drain` there, and waits for it.
  void drain(std::chrono::milliseconds grace = std::chrono::milliseconds{500}, std::chrono::milliseconds farewell = {});
  std::uint16_t port() const { return port_; }
  std::size_t connections();
  /// Until the server has most likely read what its clients have sent: a while, and some rounds of its event loop.
  void settle();
  Reactor& reactor() { return reactor_; }

 private:
  Reactor reactor_;
  std::optional<Server> server_;
  TaskGroup tasks_;
  std::uint16_t port_ = 0;
  bool drained_ = false;
  std::thread thread_;
};

/// A service that answers "<method> <path>?<query> <body>" as text, with a body limit of 1000 (and 100 for /small).
Service echo();
/// A service with that handler, and a body limit of 1000.
Service with_handler(std::function<Task<Response>(Request&)> handle);

struct Answer {
  int status = 0;  // 0: the connection was closed before there was one
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string head;

  bool has(const std::string& name) const { return headers.contains(name); }
};

/// A client that sends exactly what it is told to. Every wait ends after twenty seconds.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)), unread_(std::move(other.unread_)) {}

  void send(std::string_view bytes);
  enum class Body { expected, none };
  /// The next response; `none` for the answer to HEAD.
  Answer read(Body body = Body::expected);
  Answer ask(std::string_view bytes, Body body = Body::expected) {
    send(bytes);
    return read(body);
  }
  /// All bytes up to and with `end`, or until the connection is closed or reset.
  std::string read_to(std::string_view end);
  /// Whether the connection was reset while it was read.
  bool was_reset() const { return reset_; }
  /// Whether the server closes now, with nothing more to read.
  bool closed();
  void finish_sending();

 private:
  bool read_more();

  int socket_;
  std::string unread_;
  bool reset_ = false;
};

/// Waits until `condition` holds; false when it does not within some twenty seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace billing::http
