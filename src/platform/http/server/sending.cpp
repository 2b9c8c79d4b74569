#include <charconv>

#include "platform/http/problem.hpp"
#include "platform/http/server/connection.hpp"
#include "platform/runtime/log.hpp"

namespace billing::http {
namespace {

constexpr std::size_t copied_body = 16 * 1024;  // a larger body is sent from where it is

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits;
  out.append(digits.begin(), std::to_chars(digits.begin(), digits.end(), size, 16).ptr);
  out += "\r\n";
}

/// One more of what is counted, for as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

}  // namespace

Task<bool> Connection::send(Response& response, Method method, bool keep_alive) {
  if (response.more && has_body(method, response.status)) co_return co_await stream(response, keep_alive);
  out_.clear();
  append_head(out_, response, {shared_.date.now(), request_.request_id, parser_->http11(), keep_alive});
  std::array<std::string_view, 2> parts{};
  if (has_body(method, response.status)) {
    if (response.body.size() <= copied_body) {
      out_ += response.body;
    } else {
      parts[1] = response.body;
    }
  }
  parts[0] = out_;
  ErrorCode error;
  write_some(parts, error);
  if (error && error != boost::asio::error::would_block) co_return false;
  if (parts[0].empty() && parts[1].empty()) co_return true;
  co_return co_await send_rest(parts);
}

/// One write of what is left of both parts, which it shortens.
std::size_t Connection::write_some(std::array<std::string_view, 2>& parts, ErrorCode& error) {
  const std::array buffers{boost::asio::const_buffer{parts[0].data(), parts[0].size()},
                           boost::asio::const_buffer{parts[1].data(), parts[1].size()}};
  auto written = parts[1].empty() ? socket_.write_some(buffers[0], error) : socket_.write_some(buffers, error);
  const auto total = written;
  for (auto& part : parts) {
    const auto taken = std::min(written, part.size());
    part.remove_prefix(taken);
    written -= taken;
  }
  return total;
}

/// The write timeout begins anew with every so many bytes: a slow line is no fault, a reader that dawdles is.
Task<bool> Connection::send_rest(std::array<std::string_view, 2> rest) {
  constexpr std::size_t progress = 64 * 1024;
  std::size_t since = progress;
  while (!rest[0].empty() || !rest[1].empty()) {
    ErrorCode error;
    since += write_some(rest, error);
    if (!error) continue;
    if (error != boost::asio::error::would_block) co_return false;
    if (since >= progress) {
      enter(Phase::writing, shared_.options.write_timeout);
      since = 0;
    }
    co_await Writable{socket_, error};
    if (error) co_return false;
  }
  co_return true;
}

/// The next piece of a body that is made while it is sent; nullopt when it cannot be made.
Task<std::optional<std::string>> Connection::next_piece(const Response& response) {
  phase_ = Phase::handling;
  deadline_ = Time::max();  // whoever makes it has limits of their own
  std::string failure = "an exception of no known type";
  try {
    co_return co_await response.more();
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
  }
  log::error("answer_broken_off", {{"error", failure}, {"path", request_.path}, {"request_id", request_.request_id}});
  co_return std::nullopt;
}

/// As fast as the client reads, so that one piece at most is held in memory. Where a piece cannot be made, or the client dawdles, the connection is
/// reset: what was sent must not be taken for all there is.
Task<bool> Connection::stream(Response& response, bool keep_alive) {
  if (shared_.streams >= shared_.options.max_streams) {
    Refusal refusal(503, "overloaded", "Too many downloads are under way; try again in a moment.");
    refusal.headers.emplace_back("Retry-After", "5");
    auto busy = problem(refusal, request_.request_id);
    co_return co_await send(busy, request_.method, keep_alive);
  }
  const Counted one_more{shared_.streams};
  const bool chunked = parser_->http11();
  out_.clear();
  append_head(out_, response, {shared_.date.now(), request_.request_id, chunked, keep_alive});
  streaming_ = true;
  auto piece = std::make_optional(std::move(response.body));
  for (bool first = true; first || !piece->empty(); first = false) {
    if (chunked && !piece->empty()) {
      append_chunk_size(out_, piece->size());
      *piece += "\r\n";
    }
    if (!co_await send_rest({out_, *piece})) co_return false;
    out_.clear();
    piece.reset();  // before its successor is made
    piece = co_await next_piece(response);
    if (!piece) {
      close();
      co_return false;
    }
  }
  streaming_ = false;
  co_return !chunked || co_await send_rest({"0\r\n\r\n", {}});
}

}  // namespace billing::http
