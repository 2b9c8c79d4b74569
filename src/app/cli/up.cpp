#include "app/cli/up.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/process/process.hpp"
#include "demo/demo.hpp"
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

}  // namespace

int up(const UpOptions& options) {
  auto config = config_of(options);
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
