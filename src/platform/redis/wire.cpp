#include "platform/redis/wire.hpp"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

namespace billing::redis {

namespace asio = boost::asio;
using boost::system::error_code;

Wire::Wire(asio::io_context& io, Address address, Owner owner)
    : address_(std::move(address)), owner_(std::move(owner)), resolver_(io), socket_(io) {}

void Wire::open() {
  if (!address_.path.empty()) {
    endpoints_.emplace_back(asio::local::stream_protocol::endpoint{address_.path});
    return connect_next("");
  }
  resolver_.async_resolve(address_.host, address_.port, [self = shared_from_this()](const error_code& error, const auto& found) {
    if (self->closed_) return;
    if (error) return self->lose(self->address_.host + " has no address: " + error.message());
    for (const auto& entry : found) self->endpoints_.emplace_back(entry.endpoint());
    std::ranges::reverse(self->endpoints_);
    self->connect_next("no address");
  });
}

void Wire::connect_next(const std::string& last_failure) {
  if (endpoints_.empty()) return lose("connecting failed: " + last_failure);
  const auto endpoint = endpoints_.back();
  endpoints_.pop_back();
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& error) {
    if (self->closed_) return;
    if (error) return self->connect_next(error.message());
    self->greet();
  });
}

void Wire::greet() {
  error_code ignored;
  if (address_.path.empty()) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!address_.password.empty()) {
    ++greetings_;
    write(encode(address_.user.empty() ? std::vector<std::string>{"AUTH", address_.password}
                                       : std::vector<std::string>{"AUTH", address_.user, address_.password}));
  }
  ++greetings_;
  write(encode({"SELECT", address_.database}));
  read_on();
}

void Wire::take_greeting(std::vector<Reply>& replies) {
  const auto count = std::min(greetings_, replies.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (replies[i].kind == Reply::Kind::error) return lose("Redis refused the connection: " + replies[i].text);
  }
  replies.erase(replies.begin(), replies.begin() + static_cast<std::ptrdiff_t>(count));
  greetings_ -= count;
  if (greetings_ > 0) return;
  open_ = true;
  owner_.opened();
}

void Wire::write(std::string_view bytes) {
  output_ += bytes;
  write_on();
}

void Wire::write_on() {
  if (closed_ || !writing_.empty() || output_.empty()) return;
  writing_.swap(output_);
  asio::async_write(socket_, asio::buffer(writing_), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->writing_.clear();
    if (error) return self->lose("writing failed: " + error.message());
    self->write_on();
  });
}

void Wire::read_on() {
  socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](const error_code& error, std::size_t count) {
    if (self->closed_) return;
    if (error) return self->lose("the connection was lost: " + error.message());
    self->take(count);
  });
}

void Wire::take(std::size_t count) {
  std::vector<Reply> replies;
  try {
    decoder_.feed({input_.data(), count});
    while (auto reply = decoder_.next()) replies.push_back(std::move(*reply));
  } catch (const std::exception& error) {
    return lose(std::string{"what came is not Redis' protocol: "} + error.what());
  }
  if (!open_) take_greeting(replies);
  if (closed_) return;
  if (!replies.empty()) owner_.replied(std::move(replies));
  if (!closed_) read_on();
}

void Wire::lose(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  const auto owner = std::exchange(owner_, {});
  owner.lost(reason);
}

}  // namespace billing::redis
