#pragma once

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "platform/redis/protocol.hpp"
#include "platform/redis/url.hpp"

namespace billing::redis {

/// One connection to Redis, used once: opened (logged in, its database selected), then closed for good.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  /// Called from the event loop only. After `lost` nothing more is called.
  struct Owner {
    std::function<void()> opened;
    std::function<void(std::vector<Reply>)> replied;
    std::function<void(const std::string& reason)> lost;
  };
  Wire(boost::asio::io_context& io, Address address, Owner owner);

  void open();
  /// Appends; what is written while a write is under way goes together in the next one.
  void write(std::string_view bytes);
  /// Closes and tells the owner, who has not been told yet; does nothing the second time.
  void lose(const std::string& reason);

 private:
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;

  void connect_next(const std::string& last_failure);
  void greet();
  void take_greeting(std::vector<Reply>& replies);
  void write_on();
  void read_on();
  void take(std::size_t count);

  Address address_;
  Owner owner_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::generic::stream_protocol::socket socket_;
  std::vector<Endpoint> endpoints_;  // still to be tried, the next one last
  Decoder decoder_;
  std::array<char, 16'384> input_{};
  std::string output_;   // not yet handed to the socket
  std::string writing_;  // in the socket's hands
  std::size_t greetings_ = 0;  // replies to the log-in that are still due
  bool open_ = false;
  bool closed_ = false;
};

}  // namespace billing::redis
