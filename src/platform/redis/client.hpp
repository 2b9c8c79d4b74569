#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "platform/runtime/reactor.hpp"

namespace billing::redis {

/// Redis cannot be reached or did not answer in time. Redis is a doorbell and a cache: callers go on without it.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Redis refused a command ("NOGROUP …", "WRONGTYPE …").
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One reply. Errors inside arrays stay values of kind `error`; an error at the top is thrown as CommandError.
struct Reply {
  enum class Kind { nil, integer, text, array, error } kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  // also simple strings and errors
  std::vector<Reply> elements;

  bool is_nil() const { return kind == Kind::nil; }
};

struct ClientOptions {
  std::string url;  // redis://[user:password@]host[:port][/db] or unix:///path[?db=n]
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds command_timeout{2'000};
  std::size_t max_waiting = 10'000;  // commands beyond it: Unavailable at once
};

/// One connection of one reactor, commands pipelined in order. Reconnects by itself with a short backoff; while it is away
/// commands fail at once. Never send a blocking command on a shared client: give it a client of its own.
class Client {
 public:
  Client(Reactor& reactor, ClientOptions options);
  ~Client();

  /// co_await client.command({"SET", key, value, "EX", "60"}). `timeout` overrides the usual one (for BLOCK commands).
  Task<Reply> command(std::vector<std::string> words, std::optional<std::chrono::milliseconds> timeout = {});
  /// Sends without waiting for the answer; a failure is logged at most once a second.
  void send(std::vector<std::string> words);
  void close();
  bool connected() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Throws std::invalid_argument, without showing the password, for a URL that `Client` would not take.
void check_url(std::string_view url);

}  // namespace billing::redis
