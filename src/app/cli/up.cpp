#include "app/cli/up.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "app/process/process.hpp"
#include "demo/demo.hpp"
#include "standalone/child_process.hpp"
#include "standalone/private_stores.hpp"

namespace billing::app {
namespace {

constexpr const char* what_next = R"(
billing is up:  {0}        (Ctrl-C stops it; all data is in {1})

See it and run it in a browser: {0}/admin/

Or try the API in another terminal:

  curl -s {0}/plans
  curl -s {0}/users -H 'Content-Type: application/json' -d '{{"email":"demo@example.com"}}'
  curl -s {0}/subscriptions -H 'Content-Type: application/json' -d '{{"user_id":"<USER_ID>","plan_code":"pro"}}'
  curl -s {0}/usage -H 'Content-Type: application/json' -d '{{"user_id":"<USER_ID>","metric":"api_calls","quantity":120000}}'
  curl -s -X POST {0}/invoices/generate/<USER_ID>
  curl -s {0}/invoices/<USER_ID>
{2}
The whole API, readable: {0}/docs
)";

constexpr const char* about_the_clock = R"(
The clock is simulated and stands still until it is moved:

  curl -s {0}/clock/advance -H 'Content-Type: application/json' -d '{{"days":31}}'
)";

Config config_of(const UpOptions& options) {
  auto config = load_config([](const char* name) -> const char* { return std::getenv(name); }, false);
  if (options.port) config.port = *options.port;
  config.simulated_clock = config.simulated_clock || options.simulated_clock || options.demo;
  if (config.simulated_clock && !is_loopback(config.host)) throw ConfigError("--simulated-clock needs HOST to be a loopback address");
  return config;
}

std::string url_of(const std::string& host, std::uint16_t port) { return "http://" + host + ":" + std::to_string(port); }

/// Before a PostgreSQL is made for nothing. Whoever takes the port from now on is found when the server listens.
void check_port(const Config& config) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(config.host.c_str(), std::to_string(config.port).c_str(), &wanted, &found) != 0) return;  // the server says it better
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned{found, freeaddrinfo};
  const stores::File socket_there{socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0)};
  const int on = 1;
  setsockopt(socket_there.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // as the server: a connection that is closing is no matter
  if (bind(socket_there.fd(), found->ai_addr, found->ai_addrlen) == 0 || errno != EADDRINUSE) return;
  throw ConfigError("port " + std::to_string(config.port) + " is taken: stop what listens there, or choose another with --port (0: any)");
}

}  // namespace

int up(const UpOptions& options) {
  auto config = config_of(options);
  check_port(config);
  const bool simulated = config.simulated_clock;
  const auto host = config.host;
  PrivateStores stores{options.data_dir};
  config.database_url = stores.database_url();
  config.redis_url = stores.redis_url();
  if (options.demo) fill_with_demo(config);

  int status = 0;
  {
    Process process{std::move(config),
                    {.roles = {.serve = true, .work = true, .schedule = true}, .seed = options.seed, .exclusive_port = true}};
    const auto url = url_of(host, process.port());
    fmt::print(what_next, url, std::filesystem::absolute(options.data_dir).string(),
               simulated ? fmt::format(fmt::runtime(about_the_clock), url) : "");
    std::fflush(stdout);
    status = process.run([&stores] { return stores.dead_child(); });
  }
  stores.stop();
  return status;
}

}  // namespace billing::app
