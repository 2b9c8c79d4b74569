#pragma once

#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace billing::app {

/// The listening sockets that systemd hands over (LISTEN_FDS, sd_listen_fds(3)): it holds them too, so they outlive each process, and whoever
/// connects while one is replaced waits in their queue. Empty without any.
std::vector<int> inherited_sockets();

/// Notes in `config` where they listen. ConfigError when one is not a TCP socket, or reaches further than a simulated clock may.
void listen_at(const std::vector<int>& sockets, Config& config);

/// One line to systemd (NOTIFY_SOCKET, sd_notify(3)), such as READY=1; nothing without one.
void tell_service_manager(std::string_view state);

}  // namespace billing::app
