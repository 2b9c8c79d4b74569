#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "platform/postgres/session.hpp"
#include "platform/runtime/reactor.hpp"

namespace billing::pg {

struct PoolOptions {
  std::string url;                                   // a libpq URL or keyword string
  std::size_t batch_connections = 1;                 // carry the single statements, batched
  std::size_t transaction_connections = 8;           // opened when first needed, kept
  std::size_t max_waiting = 4096;                    // statements or transactions queued beyond this: Unavailable at once
  std::size_t max_batch = 64;                        // statements that share one sync
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds wait_timeout{5'000};       // for a connection
  std::chrono::milliseconds statement_timeout{30'000};  // also set on the server, as statement_timeout
  std::string application_name = "billing";
};

/// The connections of one reactor to PostgreSQL: non-blocking libpq in pipeline mode. A single statement waits while one batch is in
/// flight and then goes with its neighbours under one sync (natural batching). A batch that fails is resubmitted member by
/// member, so nobody fails for a neighbour; one that was cut off is not resubmitted: its outcome is unknown (Unavailable).
/// Reconnects by itself, with a short backoff; nothing waits longer than its timeout.
class Pool final : public Session {
 public:
  Pool(Reactor& reactor, PoolOptions options);
  ~Pool() override;

  Task<Result> query(const Statement& statement, Params params) override;
  using Session::query;
  Task<Transaction> begin() override;
  bool in_transaction() const override { return false; }
  /// Runs SQL text that may hold many statements (migrations, seeds) over a connection of its own, in one transaction.
  Task<void> run_script(std::string sql);
  /// Waits for what is in flight, then closes.
  Task<void> close();

  struct Stats {
    std::size_t open = 0;       // connections
    std::size_t in_use = 0;     // connections that carry a batch or a transaction
    std::size_t waiting = 0;    // statements and transactions in the queue
    std::uint64_t batches = 0;  // syncs sent
    std::uint64_t statements = 0;
    std::uint64_t resubmitted = 0;
    std::uint64_t reconnects = 0;
  };
  Stats stats() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// "postgresql+asyncpg://…" → "postgresql://…" (`changed` tells). Throws std::invalid_argument, naming what is wrong without
/// showing the password, for anything that libpq would not take.
std::string normalize_url(std::string_view url, bool& changed);

}  // namespace billing::pg
