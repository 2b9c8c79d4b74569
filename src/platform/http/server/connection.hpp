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
  std::chrono::steady_clock::time_point last_sweep = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point doubtful_until{};  // the process stood still before: clients may have left since
  std::size_t streams = 0;  // bodies that are made while they are sent
  bool draining = false;
  std::chrono::milliseconds farewell{};  // while draining, the idle timeout

  Shared(ServerOptions options, Service service);
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  void note_time(std::chrono::steady_clock::time_point now);
  /// Ends the slowest of those that send a body, until so many bytes are free; false when there is none.
  bool make_room(std::size_t needed);
};

/// One client's connection: reads a request, has it answered, writes the response, and so on, one at a time and in order.
class Connection final : public Peer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Serves until the connection is closed, by whomever.
  static Task<void> serve(std::shared_ptr<Shared> shared, Socket socket);

  Connection(Shared& shared, Socket socket);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Ends what has taken too long. Called by the server's sweep.
  void enforce_deadline(Time now);
  /// The server drains: one more request at most, and soon.
  void expect_the_last(Time now);
  void close();
  bool left() const override;
  /// Bytes of its body that came each second; nullopt while it does not send one, or only just began.
  std::optional<double> body_rate(Time now) const;
  /// Gives up the body that it sends: it is answered 503.
  void evict();

 private:
  enum class Phase { idle, reading, handling, writing, lingering };
  enum class Received { request, refused, fault, gone };

  Task<void> run();
  Task<Received> receive();
  Task<bool> ask_to_go_on();
  Task<bool> admitted();
  Task<void> answer_fault(const Fault& fault);
  Task<Response> respond();
  Task<bool> send(Response& response, Method method, bool keep_alive);
  Task<bool> stream(Response& response, bool keep_alive);
  Task<std::optional<std::string>> next_piece(const Response& response);
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
  Time reading_since_{};
  bool timed_out_ = false;
  bool evicted_ = false;
  bool streaming_ = false;  // the end of the body that is being sent has not been made yet
  std::optional<bool> admitted_;  // once its header has come and its body has not
  std::optional<Response> refusal_;
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
