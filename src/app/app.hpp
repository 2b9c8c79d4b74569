#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/outbound/http_client.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/clock.hpp"
#include "platform/runtime/reactor.hpp"
#include "platform/runtime/side_thread.hpp"
#include "rooms/context.hpp"
#include "rooms/keys/key_ring.hpp"
#include "rooms/payments/attempt_payment.hpp"
#include "rooms/providers/providers.hpp"

namespace billing::app {

/// What all threads of the process share; each member is safe from any of them.
struct Shared {
  Config config;
  std::unique_ptr<Clock> clock;
  Metrics metrics;
  std::size_t body_budget = 256 << 20;  // bytes of request bodies that are held at once
  SideThread press{64};                     // makes PDFs
  std::string installation;  // names this installation's keys in Redis
  std::string process;       // names this process to the others
  std::atomic<bool> moves_clock = false;     // a request moves the simulated clock, and does all that falls due on the way
  std::atomic<bool> on_a_life_line = false;  // they can tell when it dies (process/life_line.hpp)

  std::optional<std::string> name_on_life_line() const { return on_a_life_line ? std::optional{process} : std::nullopt; }
  /// The clock when it is the simulated one, else nullptr.
  SimulatedClock* simulated_clock() const { return dynamic_cast<SimulatedClock*>(clock.get()); }
};

/// One thread's own: nothing in here is seen by another.
struct App {
  App(Shared& process, const std::string& name);

  Context context(pg::Session& session, std::string_view actor, std::string_view key_id = {}) {
    return {session,
            *shared.clock,
            queue,
            redis,
            shared.metrics,
            shared.installation,
            actor,
            key_id,
            shared.name_on_life_line(),
            &shared.config.smallest};
  }
  /// For one more pool, to be told apart in pg_stat_activity by its name.
  pg::PoolOptions pg_options(const std::string& name) const;
  /// Nullptr where Stripe is not who moves the money, nor was.
  const providers::stripe::Settings* stripe() const { return shared.config.stripe ? &*shared.config.stripe : nullptr; }
  payments::Collecting collecting() { return {providers, shared.config.retries, shared.config.cancel_after_days}; }

  Shared& shared;
  Reactor reactor;
  pg::Pool db;          // of those who wait for an answer
  pg::Pool background;  // of jobs and the schedule: neither takes a connection from the other
  redis::Client redis;
  queue::Queue queue;
  keys::KeyRing keys;
  outbound::HttpClient provider_http;
  providers::Providers providers;
  bool stopping = false;  // who waits for something to happen, waits no longer
};

}  // namespace billing::app
