#include "app/process/service_manager.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace billing::app {
namespace {

constexpr int first_socket = 3;
constexpr int most_sockets = 256;

/// A variable that systemd sets; nobody configures it.
int number_in(const char* name) {
  const char* text = std::getenv(name);
  int value = 0;
  if (text) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

std::string host_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  char text[INET6_ADDRSTRLEN] = {};
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) == 0) {
    if (storage.ss_family == AF_INET) {
      const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
      return ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    }
    if (storage.ss_family == AF_INET6) {
      const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
      return ::inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
    }
  }
  throw ConfigError("LISTEN_FDS descriptor " + std::to_string(socket) +
                    " is not a TCP socket: billing-serve.socket takes ListenStream=ADDRESS:PORT");
}

}  // namespace

std::vector<int> inherited_sockets() {
  std::vector<int> sockets;
  if (number_in("LISTEN_PID") != ::getpid()) return sockets;  // meant for another process
  const int count = std::clamp(number_in("LISTEN_FDS"), 0, most_sockets);
  for (int socket = first_socket; socket < first_socket + count; ++socket) {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    sockets.push_back(socket);
  }
  return sockets;
}

void listen_at(const std::vector<int>& sockets, Config& config) {
  for (const int socket : sockets) {
    const auto host = host_of(socket);
    if (!config.socket_host || is_loopback(*config.socket_host)) config.socket_host = host;  // the farthest reach counts
  }
  if (config.simulated_clock && config.socket_host && !is_loopback(*config.socket_host)) {
    throw ConfigError("BILLING_CLOCK simulated lets anybody move time: it is refused on " + *config.socket_host +
                      ", where systemd's socket listens");
  }
}

void tell_service_manager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (!path || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  if (path[0] == '@') address.sun_path[0] = '\0';  // in the abstract namespace
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  (void)::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  ::close(socket);
}

}  // namespace billing::app
