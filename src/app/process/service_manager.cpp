#include "app/process/service_manager.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <string>

namespace billing::app {
namespace {

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
  const int count = ::sd_listen_fds(0);  // none when they are meant for another process
  for (int i = 0; i < count; ++i) sockets.push_back(SD_LISTEN_FDS_START + i);
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

void tell_service_manager(std::string_view state) { ::sd_notify(0, std::string{state}.c_str()); }

}  // namespace billing::app
