#include "platform/http/server/connection.hpp"

#include <sys/socket.h>

#include <algorithm>

#include "platform/http/problem.hpp"
#include "platform/runtime/log.hpp"

namespace billing::http {
namespace {

constexpr std::size_t initial_buffer = 4 * 1024;
constexpr std::size_t largest_buffer = 64 * 1024;  // grows to this while a large body comes in
constexpr int requests_in_a_row = 64;
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;

std::string address_of(const Socket& socket) {
  ErrorCode error;
  auto address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

void log_failure(const Request& request, std::string_view what) {
  log::error("request_failed",
             {{"error", what}, {"method", request.method_text}, {"path", request.path}, {"request_id", request.request_id}});
}

}  // namespace

Connection::Connection(Shared& shared, Socket socket) : shared_(shared), socket_(std::move(socket)), place_(shared.connections.size()) {
  shared_.connections.push_back(this);
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(Tcp::no_delay(true), ignored);
  in_.resize(initial_buffer);
  request_.remote_address = address_of(socket_);
  request_.body_read = [this] {
    parser_->give_up_body();
    request_.body = {};
  };
}

Connection::~Connection() {
  shared_.connections[place_] = shared_.connections.back();
  shared_.connections[place_]->place_ = place_;
  shared_.connections.pop_back();
}

Task<void> Connection::serve(std::shared_ptr<Shared> shared, Socket socket) {
  Connection connection(*shared, std::move(socket));
  co_await connection.run();
}

void Connection::enter(Phase phase, std::chrono::milliseconds limit) {
  phase_ = phase;
  deadline_ = std::chrono::steady_clock::now() + limit;
}

void Connection::enforce_deadline(Time now) {
  if (now < deadline_) return;
  ErrorCode ignored;
  if (phase_ == Phase::idle && socket_.available(ignored) > 0) return;  // a request that `receive` is about to see
  if (phase_ != Phase::reading) return close();
  timed_out_ = true;
  socket_.cancel(ignored);  // `receive` goes on from there, and answers 408
}

void Connection::expect_the_last(Time now) {
  if (phase_ == Phase::idle) deadline_ = std::min(deadline_, now + idle_limit());
  enforce_deadline(now);
}

std::chrono::milliseconds Connection::idle_limit() const {
  return shared_.draining ? std::min(shared_.farewell, shared_.options.idle_timeout) : shared_.options.idle_timeout;
}

bool Connection::left() const {
  char byte = 0;
  const auto got = recv(const_cast<Socket&>(socket_).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

std::optional<double> Connection::body_rate(Time now) const {
  constexpr auto just_begun = std::chrono::seconds{1};
  if (phase_ != Phase::reading || evicted_ || text_.body.empty() || now - reading_since_ < just_begun) return std::nullopt;
  return static_cast<double>(text_.body.size()) / std::chrono::duration<double>(now - reading_since_).count();
}

void Connection::evict() {
  evicted_ = true;
  parser_->give_up_body();
  ErrorCode ignored;
  socket_.cancel(ignored);  // `receive` goes on from there
}

void Connection::close() {
  ErrorCode ignored;
  if (streaming_) socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);  // a reset: what came is not all
  socket_.close(ignored);
}

Task<void> Connection::run() {
  await_request();
  deadline_ = std::chrono::steady_clock::now() + std::min(idle_limit(), shared_.options.read_timeout);
  while (true) {
    const auto received = co_await receive();
    if (received == Received::gone) co_return;
    if (received == Received::fault) co_return co_await answer_fault(*fault_);
    if (received == Received::refused) {
      if (co_await send(*refusal_, parser_->method(), false)) co_await linger();
      co_return;
    }
    if (const auto now = std::chrono::steady_clock::now(); now - shared_.last_sweep > std::chrono::seconds{1}) shared_.note_time(now);
    if (shared_.last_sweep < shared_.doubtful_until && left()) co_return;
    phase_ = Phase::handling;
    deadline_ = Time::max();
    prepare_request();
    auto response = co_await respond();
    // To HTTP/1.0 the end of the connection is the end of a body that is made while it is sent.
    const bool keep_alive = parser_->keep_alive() && !shared_.draining && (!response.more || parser_->http11());
    if (!co_await send(response, request_.method, keep_alive)) co_return;
    if (!keep_alive) co_return co_await linger();
    if (++without_waiting_ >= requests_in_a_row) {
      without_waiting_ = 0;
      co_await NextTurn{socket_};
    }
    await_request();
  }
}

void Connection::await_request() {
  parser_.reset();  // before its successor begins with the same text
  parser_.emplace(text_, shared_.limits);
  if (!shared_.service.admit) parser_->admit();
  admitted_.reset();
  request_.pass.reset();  // whoever comes next on this connection may be somebody else
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (in_.size() > 4 * initial_buffer) std::vector<char>(initial_buffer).swap(in_);
  }
  enter(Phase::idle, idle_limit());
}

void Connection::note_first_bytes() {
  if (phase_ != Phase::idle || begin_ == end_) return;
  enter(Phase::reading, shared_.options.read_timeout);
  reading_since_ = deadline_ - shared_.options.read_timeout;
}

/// Empty lines before a request are skipped, as RFC 9112 wants it.
RequestParser::Progress Connection::parse() {
  if (!parser_->got_some()) {
    while (begin_ < end_ && (in_[begin_] == '\r' || in_[begin_] == '\n')) ++begin_;
  }
  if (begin_ == end_) return RequestParser::Progress::wants_more;
  std::size_t consumed = 0;
  const auto progress = parser_->feed({in_.data() + begin_, end_ - begin_}, consumed);
  begin_ += consumed;
  return progress;
}

/// The bytes that are not parsed yet move to the front; the buffer grows when they fill most of it.
void Connection::make_room() {
  if (begin_ > 0)
    std::copy(in_.begin() + static_cast<std::ptrdiff_t>(begin_), in_.begin() + static_cast<std::ptrdiff_t>(end_), in_.begin());
  end_ -= begin_;
  begin_ = 0;
  const auto largest = std::max(largest_buffer, shared_.options.max_header_bytes + initial_buffer);
  const bool large_body = text_.body.size() > initial_buffer;
  if (in_.size() < largest && (large_body || end_ > in_.size() / 2)) in_.resize(std::min(largest, in_.size() * 2));
}

Task<Connection::Received> Connection::receive() {
  while (true) {
    note_first_bytes();
    const auto progress = parse();
    if (evicted_) {
      fault_ = &faults::overloaded;
      co_return Received::fault;
    }
    if (progress == RequestParser::Progress::complete) co_return Received::request;
    if (progress == RequestParser::Progress::failed) {
      fault_ = &parser_->fault();
      co_return Received::fault;
    }
    if (parser_->is_header_done()) {
      if (!co_await admitted()) co_return Received::refused;
      if (parser_->take_expectation() && !co_await ask_to_go_on()) co_return Received::gone;
    }
    make_room();
    if (end_ == in_.size()) {  // an endless line where a chunk should begin
      fault_ = &faults::malformed;
      co_return Received::fault;
    }
    ErrorCode error;
    end_ += co_await ReadSome{socket_, boost::asio::buffer(in_.data() + end_, in_.size() - end_), error};
    without_waiting_ = 0;
    if (!error) continue;
    if (evicted_) continue;
    if (!timed_out_) co_return Received::gone;
    fault_ = &faults::timed_out;
    co_return Received::fault;
  }
}

Task<bool> Connection::ask_to_go_on() {
  const auto phase = phase_;
  const auto deadline = deadline_;
  const bool sent = co_await send_rest({"HTTP/1.1 100 Continue\r\n\r\n", {}});
  phase_ = phase;
  deadline_ = deadline;
  co_return sent;
}

/// Asked once, when there is more to come: who may not enter is not read.
Task<bool> Connection::admitted() {
  if (admitted_ || !shared_.service.admit) co_return admitted_.value_or(true);
  prepare_request();
  try {
    refusal_ = co_await shared_.service.admit(request_);
  } catch (const std::exception& error) {
    log_failure(request_, error.what());
    refusal_ = problem(Refusal(500, "internal", "Something went wrong on our side; it has been logged under the request_id."),
                       request_.request_id);
  }
  admitted_ = !refusal_;
  if (*admitted_) {
    parser_->admit();
  } else {
    parser_->give_up_body();  // what came of it takes nobody's room while the refusal is on its way
  }
  co_return *admitted_;
}

void Connection::prepare_request() {
  parser_->fill(request_);
  const auto given = request_.header("X-Request-Id");
  if (is_request_id(given)) {
    request_.request_id = given;
  } else {
    shared_.ids.next(request_.request_id);
  }
}

Task<Response> Connection::respond() {
  try {
    co_return co_await shared_.service.handle(request_, *this);
  } catch (const Refusal& refusal) {
    co_return problem(refusal, request_.request_id);
  } catch (const std::exception& error) {
    log_failure(request_, error.what());
  } catch (...) {
    log_failure(request_, "an exception of no known type");
  }
  const Refusal broken(500, "internal", "Something went wrong on our side; it has been logged under the request_id.");
  co_return problem(broken, request_.request_id);
}

Task<void> Connection::answer_fault(const Fault& fault) {
  if (parser_->is_header_done()) {
    prepare_request();
  } else {
    shared_.ids.next(request_.request_id);
  }
  Refusal refusal(fault.status, fault.code, std::string{fault.detail});
  if (fault.status == 503) refusal.headers.emplace_back("Retry-After", "1");
  const auto method = parser_->method();
  auto answer = problem(refusal, request_.request_id);
  if (co_await send(answer, method, false)) co_await linger();
}

bool Connection::clean() const {
  ErrorCode ignored;
  return fault_ == nullptr && !refusal_ && begin_ == end_ && socket_.available(ignored) == 0;
}

/// Closing with bytes unread would have the kernel send a reset, which can take our answer away from the client before it reads it.
Task<void> Connection::linger() {
  ErrorCode error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (clean()) co_return;
  if (in_.size() < largest_buffer) in_.resize(largest_buffer);
  enter(Phase::lingering, linger_time);
  for (std::size_t discarded = 0; !error && discarded < linger_bytes;) {
    discarded += co_await ReadSome{socket_, boost::asio::buffer(in_), error};
  }
}

}  // namespace billing::http
