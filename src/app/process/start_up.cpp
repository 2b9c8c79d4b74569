#include "app/process/start_up.hpp"

#include "app/process/migrate.hpp"
#include "app/work/simulated_time.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/keys/store.hpp"
#include "rooms/provider_events/store.hpp"

namespace billing::app {
namespace {

constexpr auto patience = std::chrono::seconds{10};
constexpr pg::Statement ping{"SELECT 1"};
constexpr pg::Statement select_installation{R"(
  SELECT id, EXISTS (SELECT FROM usage_mark WHERE cluster <> here) OR EXISTS (SELECT FROM event_mark WHERE cluster <> here)
  FROM installation, (SELECT system_identifier::text AS here FROM pg_control_system()) AS control)"};
constexpr pg::Statement adopt{"SELECT adopt_usage(), adopt_events()"};

/// Tries until it works or patience is at an end; then `what` says what cannot be reached.
template <class Try>
Task<void> wait_for(Reactor& reactor, std::string what, Try attempt) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (bool told = false;; told = true) {
    std::string problem;
    try {
      co_await attempt();
      co_return;
    } catch (const std::exception& error) {
      problem = error.what();
    }
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("cannot reach " + what + ": " + problem);
    if (!told) log::info("waiting", {{"for", what}, {"error", problem}});
    co_await reactor.sleep(std::chrono::milliseconds{250});
  }
}

Task<void> check_stores(App& app) {
  co_await wait_for(app.reactor, "PostgreSQL (DATABASE_URL)", [&app]() -> Task<void> { co_await app.db.query(ping); });
  try {  // one that is away is not waited for: everything goes on without it, and it is found when it comes back
    co_await app.redis.command({"PING"});
  } catch (const std::exception& error) {
    log::warn("redis_unreachable", {{"error", error.what()}, {"then", "no cache, no rate limits; what is due is found by looking"}});
  }
}

/// Where the database was restored into another cluster than it comes from.
Task<void> adopt_what_was_restored(pg::Session& db) {
  auto tx = co_await db.begin();
  co_await tx.query(adopt);
  co_await tx.commit();
}

Task<void> check_access(App& app) {
  const auto& config = app.shared.config;
  if (config.admin_key && !co_await keys::ensure_key(app.db, *app.shared.clock, "BILLING_ADMIN_KEY", *config.admin_key)) {
    throw ConfigError("BILLING_ADMIN_KEY is a key that was revoked: choose a new one.");
  }
  const auto open = open_address(config);
  if (!open) co_return;
  if ((co_await keys::find_active_keys(app.db)).empty()) {
    throw ConfigError("HOST " + *open +
                      " is open to others, but no API key exists, so anybody could do anything. Make one with `billing keys create --name "
                      "ops --scope admin`, or set BILLING_ADMIN_KEY, or listen on 127.0.0.1.");
  }
}

Task<void> prepare(App& app, bool seed_plans, bool serves) {
  co_await check_stores(app);
  co_await migrate(app.db);
  auto& shared = app.shared;
  const auto installation = co_await app.db.query(select_installation);
  shared.installation = installation[0].text(0).substr(0, 8);
  if (installation[0].boolean(1)) co_await adopt_what_was_restored(app.db);
  if (shared.simulated_clock()) {
    const auto start = shared.config.clock_start.value_or(SystemClock{}.now());
    shared.clock = std::make_unique<SimulatedClock>(co_await load_simulated_time(app.db, start));
  }
  if (seed_plans) co_await seed(app.db);
  if (const auto* stripe = app.stripe()) {
    co_await provider_events::begin_sweeps(app.db, "stripe");
    if (stripe->webhook_secrets.empty())
      log::warn("no_webhook_secret", {{"then", "what Stripe knows is asked for from time to time, and heard of late"}});
    if (shared.config.smallest.empty())
      log::warn("no_minimum_invoice", {{"detail", "Stripe declines what is too small: set BILLING_MINIMUM_INVOICE"}});
  }
  if (serves || shared.config.metrics_port) co_await check_access(app);
  co_await app.db.close();
  app.redis.close();
}

}  // namespace

std::unique_ptr<Clock> make_clock(const Config& config) {
  if (config.simulated_clock) return std::make_unique<SimulatedClock>(Instant{});
  return std::make_unique<SystemClock>();
}

void start_up(Shared& shared, bool seed_plans, bool serves) {
  App app{shared, "billing start"};
  app.reactor.block_on(prepare(app, seed_plans, serves));
}

}  // namespace billing::app
