#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>

#include "platform/http/server/awaiters.hpp"
#include "platform/http/server/server.hpp"

namespace billing::http {

using Acceptor = boost::asio::basic_socket_acceptor<Tcp, Executor>;

/// A listening socket; std::system_error when there is no such address or it is taken, or when options.socket is not one.
Acceptor listen_on(boost::asio::io_context& io, const ServerOptions& options);

/// From now on a SYN that comes to this socket is dropped, while handshakes that have begun still end and can be accepted. The client sends it
/// again after a second; by then the socket is closed, and another one of the same port (SO_REUSEPORT) takes it. Not for a socket that
/// other processes have too: it would be deaf for them as well.
void ignore_newcomers(Acceptor& acceptor);

}  // namespace billing::http
