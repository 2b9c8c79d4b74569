#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "platform/postgres/session.hpp"
#include "platform/runtime/reactor.hpp"

namespace billing::pg {

struct PoolOptions {
  std::string url;                                   // a libpq URL or keyword string
  std::size_t batch_connections = 1;                 // carry the quick statements, batched
  std::size_t scan_connections = 1;                  // carry what scans
  std::size_t transaction_connections = 8;           // opened when first needed, kept
  std::size_t max_waiting = 4096;                    // statements or transactions queued beyond this: Unavailable at once
  std::size_t max_scans_waiting = 64;
  std::size_t max_batch = 64;                        // statements that share one sync
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds wait_timeout{5'000};       // for a connection
  std::chrono::milliseconds statement_timeout{30'000};  // in a transaction; also set on the server, as all of these
  std::chrono::milliseconds quick_timeout{5'000};       // of Lane::quick
  std::chrono::milliseconds quick_lock_timeout{50};
  std::chrono::milliseconds scan_timeout{5'000};        // of Lane::scan
  std::chrono::milliseconds lock_timeout{10'000};       // in a transaction
  std::chrono::milliseconds alone_lock_timeout{2'000};  // of Lane::alone, and of a quick statement that met a lock
  bool one_plan = false;  // in a transaction a statement is planned once for all values, from its first run on: for jobs
  std::string application_name = "billing";
};

/// The connections of one reactor to PostgreSQL: non-blocking libpq in pipeline mode. A quick statement waits while one batch is in
/// flight and then goes with its neighbours under one sync (natural batching). A batch that fails is resubmitted member by
/// member, so nobody fails for a neighbour, and without the member that ran into a limit, so nobody waits for it; one that was cut off
/// is not resubmitted (OutcomeUnknown). What scans and what may meet a lock have connections of their own.
/// Reconnects by itself, with a short backoff; nothing waits longer than its timeout.
class Pool final : public Session {
 public:
  Pool(Reactor& reactor, PoolOptions options);
  ~Pool() override;

  Task<Result> query(const Statement& statement, Params params) override;
  using Session::query;
  Task<Transaction> begin() override;
  bool in_transaction() const override { return false; }
  Session& unhurried() override;
  /// As `query` and `begin`; what has not been sent when the caller is over is dropped. The caller outlives it.
  Task<Result> query(const Statement& statement, Params params, const Caller* caller);
  Task<Transaction> begin(const Caller* caller);
  /// Runs SQL text that may hold many statements (migrations, seeds) over a connection of its own, in one transaction.
  Task<void> run_script(std::string sql);
  /// Waits for what is in flight, as long as `patience`, then closes; whoever still waits gets Unavailable.
  Task<void> close(std::chrono::milliseconds patience = std::chrono::seconds{36});
  /// The same at once.
  void shut();

  struct Stats {
    std::size_t open = 0;  // connections
    std::size_t in_use = 0;  // connections that carry a batch or a transaction
    std::size_t waiting = 0;  // statements and transactions in the queue
    std::uint64_t batches = 0;  // syncs sent
    std::uint64_t statements = 0;
    std::uint64_t resubmitted = 0;
    std::uint64_t reconnects = 0;
  };
  Stats stats() const;

 private:
  struct State;
  class Unhurried;
  std::shared_ptr<State> state_;
  std::unique_ptr<Unhurried> unhurried_;
};

/// The pool on behalf of one caller, who outlives it.
class OnBehalf final : public Session {
 public:
  OnBehalf(Pool& pool, const Caller& caller) : pool_(pool), caller_(caller) {}

  Task<Result> query(const Statement& statement, Params params) override { return pool_.query(statement, std::move(params), &caller_); }
  using Session::query;
  Task<Transaction> begin() override { return pool_.begin(&caller_); }
  bool in_transaction() const override { return false; }
  Session& root() override { return pool_; }
  Session& unhurried() override { return pool_.unhurried(); }

 private:
  Pool& pool_;
  const Caller& caller_;
};

/// "postgresql+asyncpg://…" → "postgresql://…" (`changed` tells). Throws std::invalid_argument, naming what is wrong without
/// showing the password, for anything that libpq would not take.
std::string normalize_url(std::string_view url, bool& changed);

}  // namespace billing::pg
