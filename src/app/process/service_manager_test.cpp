#include "app/process/service_manager.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace billing::app {
namespace {

/// A listening socket on that address.
class Listener {
 public:
  explicit Listener(std::uint32_t address) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(address);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int socket() const { return socket_; }

 private:
  int socket_;
};

TEST(ServiceManager, sockets_that_are_meant_for_another_process_are_left_alone) {
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid() + 1).c_str(), 1);
  EXPECT_TRUE(inherited_sockets().empty());
  for (const int socket : {3, 4}) {  // where systemd puts them
    if (::fcntl(socket, F_GETFD) < 0) ASSERT_EQ(::dup2(STDIN_FILENO, socket), socket);
  }
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(inherited_sockets(), (std::vector{3, 4}));
  EXPECT_NE(::fcntl(3, F_GETFD) & FD_CLOEXEC, 0);
  ::unsetenv("LISTEN_PID");
  EXPECT_TRUE(inherited_sockets().empty());
  ::unsetenv("LISTEN_FDS");
}

TEST(ServiceManager, a_socket_that_others_reach_counts_and_not_HOST) {
  const Listener local(INADDR_LOOPBACK);
  const Listener open(INADDR_ANY);
  Config config;
  listen_at({local.socket()}, config);
  EXPECT_EQ(open_address(config), std::nullopt);
  config = {};
  listen_at({local.socket(), open.socket()}, config);
  EXPECT_EQ(open_address(config), "0.0.0.0");
  config = {};
  listen_at({open.socket(), local.socket()}, config);
  EXPECT_EQ(open_address(config), "0.0.0.0");
  config = {};
  config.simulated_clock = true;
  EXPECT_THROW(listen_at({open.socket()}, config), ConfigError);
  EXPECT_THROW(listen_at({STDIN_FILENO}, config), ConfigError);
}

TEST(ServiceManager, a_port_for_metrics_is_open_where_HOST_says) {
  const Listener local(INADDR_LOOPBACK);
  Config config;
  config.host = "0.0.0.0";
  listen_at({local.socket()}, config);
  EXPECT_EQ(open_address(config), std::nullopt);
  config.metrics_port = 9102;
  EXPECT_EQ(open_address(config), "0.0.0.0");
}

TEST(ServiceManager, is_told) {
  char directory[] = "/tmp/billing-notify-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = std::string{directory} + "/socket";
  path.copy(address.sun_path, path.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  tell_service_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  tell_service_manager("STOPPING=1");
  char said[64] = {};
  EXPECT_EQ(::recv(socket, said, sizeof said, MSG_DONTWAIT), 7);
  EXPECT_STREQ(said, "READY=1");
  EXPECT_EQ(::recv(socket, said, sizeof said, MSG_DONTWAIT), -1);
  ::close(socket);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace billing::app
