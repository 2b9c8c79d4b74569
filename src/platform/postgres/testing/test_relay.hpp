#pragma once

#include <libpq-fe.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "platform/runtime/reactor.hpp"

namespace billing::pg::test {

/// A port that leads to the PostgreSQL of the tests while it is open and refuses connections while it is closed: a server that goes
/// down and comes back.
class Relay {
 public:
  Relay(Reactor& reactor, const std::string& url) : io_(reactor.io()) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> direct{PQconnectdb(url.c_str()), &PQfinish};
    if (PQstatus(direct.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(direct.get()));
    const std::string host = PQhost(direct.get());
    const std::string port = PQport(direct.get());
    if (host.starts_with('/')) {
      server_ = boost::asio::local::stream_protocol::endpoint{host + "/.s.PGSQL." + port};
    } else {
      server_ = boost::asio::ip::tcp::resolver{io_}.resolve(host, port).begin()->endpoint();
    }
    url_ = std::string{"user="} + PQuser(direct.get()) + " password='" + PQpass(direct.get()) + "' dbname=" + PQdb(direct.get());
    open();
    port_ = acceptor_->local_endpoint().port();
  }
  ~Relay() { close(); }

  std::string url() const { return url_ + " host=127.0.0.1 port=" + std::to_string(port_); }

  void open() {
    acceptor_.emplace(io_, boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), port_});
    accept();
  }
  /// Cuts what is connected, too.
  void close() {
    acceptor_.reset();
    for (const auto& weak : std::exchange(pairs_, {})) {
      if (const auto pair = weak.lock()) pair->close();
    }
  }

 private:
  using Socket = boost::asio::generic::stream_protocol::socket;

  struct Pair : std::enable_shared_from_this<Pair> {
    explicit Pair(boost::asio::io_context& io) : client(io), server(io) {}

    void pump(Socket& from, Socket& to, std::array<char, 16'384>& buffer) {
      from.async_read_some(
          boost::asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](const auto& error, std::size_t count) {
            if (error) return self->close();
            boost::asio::async_write(to, boost::asio::buffer(buffer, count), [self, &from, &to, &buffer](const auto& failed, std::size_t) {
              if (failed) return self->close();
              self->pump(from, to, buffer);
            });
          });
    }
    void close() {
      boost::system::error_code ignored;
      client.close(ignored);
      server.close(ignored);
    }

    Socket client;
    Socket server;
    std::array<char, 16'384> to_server{};
    std::array<char, 16'384> to_client{};
  };

  void accept() {
    const auto pair = std::make_shared<Pair>(io_);
    acceptor_->async_accept([this, pair](const auto& error, boost::asio::ip::tcp::socket client) {
      if (error) return;
      pair->client = std::move(client);
      pair->server.connect(server_);
      pairs_.push_back(pair);
      pair->pump(pair->client, pair->server, pair->to_server);
      pair->pump(pair->server, pair->client, pair->to_client);
      accept();
    });
  }

  boost::asio::io_context& io_;
  boost::asio::generic::stream_protocol::endpoint server_;
  std::string url_;
  std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
  std::vector<std::weak_ptr<Pair>> pairs_;
  std::uint16_t port_ = 0;
};

}  // namespace billing::pg::test
