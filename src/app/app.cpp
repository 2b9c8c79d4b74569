#include "app/app.hpp"

#include <algorithm>

#include "rooms/providers/stripe/stripe_provider.hpp"
#include "rooms/providers/stub_provider.hpp"

namespace billing::app {
namespace {

pg::PoolOptions pool_options(const Config& config, const std::string& name) {
  pg::PoolOptions options;
  options.url = config.database_url;
  options.transaction_connections = config.pg_connections;
  options.application_name = name;
  return options;
}

pg::PoolOptions background_options(const Config& config, const std::string& name) {
  auto options = pool_options(config, name);
  options.one_plan = true;
  // More at a time stand in each other's way, and in that of requests; nobody holds one while a provider is asked.
  options.transaction_connections = std::max<std::size_t>(1, config.pg_connections / 2);
  return options;
}

redis::ClientOptions redis_options(const Config& config) {
  redis::ClientOptions options;
  options.url = config.redis_url;
  return options;
}

}  // namespace

pg::PoolOptions App::pg_options(const std::string& name) const { return pool_options(shared.config, name); }

App::App(Shared& process, const std::string& name)
    : shared(process),
      db(reactor, pool_options(process.config, name)),
      background(reactor, background_options(process.config, name)),
      redis(reactor, redis_options(process.config)),
      queue(reactor, redis, "billing:" + process.installation + ":jobs"),
      keys(!open_address(process.config), process.config.cors_origins),
      provider_http(reactor, process.metrics, providers::stripe_client_options()) {
  // First the one of BILLING_PROVIDER. The others are there for what was begun with them.
  const auto add_stripe = [&] {
    if (process.config.stripe) providers.add(providers::make_stripe_provider(provider_http, *process.config.stripe));
  };
  if (process.config.provider == "stripe") add_stripe();
  providers.add(providers::make_stub_provider(reactor, *process.clock));
  if (process.config.provider != "stripe") add_stripe();
}

}  // namespace billing::app
