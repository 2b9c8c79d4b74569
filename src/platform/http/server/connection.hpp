#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "platform/http/server/awaiters.hpp"
#include "platform/http/server/request_parser.hpp"
#include "platform/http/server/response_text.hpp"
#include "platform/http/server/server.hpp"
#include "platform/runtime/task.hpp"

namespace billing::http {

class Connection;

/// What the connections of one server share.
struct Shared {
  ServerOptions options;
  Service service;
  ParserLimits limits;
  HttpDate date;
  RequestIds ids;
  std::vector<Connection*> connections;
  bool draining = false;
  std::chrono::milliseconds farewell{};  // while draining, the idle timeout

  Shared(ServerOptions options, Service service);
};

/// One client's connection: reads a request, has it answered, writes the response, and so on, one at a time and in order.
class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Serves until the connection is closed, by whomever.
  static Task<void> serve(std::shared_ptr<Shared> shared, Socket socket);

  Connection(Shared& shared, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Ends what has taken too long. Called by the server's sweep.
  void enforce_deadline(Time now);
  /// The server drains: one more request at most, and soon.
  void expect_the_last(Time now);
  void close();

 private:
  enum class Phase { idle, reading, handling, writing, lingering };
  enum class Received { request, fault, gone };

  Task<void> run();
  Task<Received> receive();
  Task<void> answer_fault(const Fault& fault);
  Task<Response> respond();
  Task<bool> send(const Response& response, Method method, bool keep_alive);
  Task<bool> send_rest(std::array<std::string_view, 2> rest);
  Task<void> linger();

  RequestParser::Progress parse();
  std::chrono::milliseconds idle_limit() const;
  void await_request();
  void note_first_bytes();
  void prepare_request();
  void make_room();
  std::size_t write_some(std::array<std::string_view, 2>& parts, ErrorCode& error);
  bool clean() const;
  void enter(Phase phase, std::chrono::milliseconds limit);

  Shared& shared_;
  Socket socket_;
  std::size_t place_;  // in shared_.connections
  Phase phase_ = Phase::idle;
  Time deadline_ = Time::max();
  bool timed_out_ = false;
  int without_waiting_ = 0;  // requests served since this connection last let others go first

  std::vector<char> in_;  // bytes from begin_ to end_ are read and not parsed
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  RequestText text_;
  std::optional<RequestParser> parser_;
  const Fault* fault_ = nullptr;
  Request request_;
  std::string out_;
};

}  // namespace billing::http
