#include "platform/http/server/listen.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <iterator>
#include <system_error>

namespace billing::http {
namespace {

constexpr int backlog = 4096;

[[noreturn]] void fail(const ErrorCode& error, const std::string& what) {
  throw std::system_error(error.value(), std::system_category(), what);
}

Tcp::endpoint endpoint_of(boost::asio::io_context& io, const ServerOptions& options) {
  ErrorCode error;
  const auto address = boost::asio::ip::make_address(options.host, error);
  if (!error) return {address, options.port};
  Tcp::resolver resolver(io);
  const auto found = resolver.resolve(options.host, std::to_string(options.port), Tcp::resolver::passive, error);
  if (error || found.empty()) {
    throw std::system_error(EADDRNOTAVAIL, std::system_category(), "there is no address called " + options.host);
  }
  return found.begin()->endpoint();
}

void share_port(Acceptor& acceptor, ErrorCode& error) {
  const int on = 1;
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    error.assign(errno, boost::system::system_category());
  }
}

enum class Sharing { no, yes };

void bind(Acceptor& acceptor, const Tcp::endpoint& endpoint, Sharing sharing, ErrorCode& error) {
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && sharing == Sharing::yes) share_port(acceptor, error);
  if (!error) acceptor.bind(endpoint, error);
}

/// A descriptor of our own for a socket that is somebody else's.
Acceptor adopt(boost::asio::io_context& io, int socket) {
  const auto name = "descriptor " + std::to_string(socket) + " is not a listening TCP socket";
  int listens = 0;
  socklen_t size = sizeof listens;
  sockaddr_storage address{};
  socklen_t address_size = sizeof address;
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &address_size) != 0 ||
      (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
    throw std::system_error(ENOTSOCK, std::system_category(), name);
  }
  const int own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (own < 0) throw std::system_error(errno, std::system_category(), name);
  Acceptor acceptor(io);
  ErrorCode error;
  acceptor.assign(address.ss_family == AF_INET6 ? Tcp::v6() : Tcp::v4(), own, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) fail(error, name);
  return acceptor;
}

}  // namespace

void ignore_newcomers(Acceptor& acceptor) {
  constexpr unsigned flags_of_the_tcp_header = 13;
  constexpr unsigned syn = 0x02;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, flags_of_the_tcp_header),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, syn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, ~0U),
  };
  const sock_fprog filter{std::size(program), program};
  // Where it cannot be done, whoever comes in the moment between the last accept and the close is reset: no reason not to stop.
  (void)::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

Acceptor listen_on(boost::asio::io_context& io, const ServerOptions& options) {
  if (options.socket) return adopt(io, *options.socket);
  const auto wanted = endpoint_of(io, options);
  const auto name = "cannot listen on " + options.host + ":" + std::to_string(options.port);
  ErrorCode error;
  if (options.exclusive && wanted.port() != 0) {
    Acceptor probe(io);
    bind(probe, wanted, Sharing::no, error);
    if (error) fail(error, name);
  }
  Acceptor acceptor(io);
  bind(acceptor, wanted, Sharing::yes, error);
  if (!error) acceptor.listen(backlog, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) fail(error, name);
  return acceptor;
}

}  // namespace billing::http
