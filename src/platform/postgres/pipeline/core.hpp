#pragma once

#include <functional>

#include "platform/postgres/pipeline/connection.hpp"
#include "platform/postgres/pool.hpp"

namespace billing::pg {

/// Whether PostgreSQL can be reached, as the last attempt to connect told. After a failure the next attempt waits: 50 ms, doubling to 1 s.
class Health {
 public:
  void failed(const std::string& reason);
  void succeeded();
  bool down() const { return down_; }
  bool may_try() const { return std::chrono::steady_clock::now() >= next_attempt_; }
  const std::string& reason() const { return reason_; }

 private:
  bool down_ = false;
  std::string reason_;
  std::chrono::milliseconds backoff_{0};
  SteadyTime next_attempt_{};
};

/// What the two halves of a pool share.
struct Core {
  Core(boost::asio::io_context& event_loop, PoolOptions o);

  /// A new connection on its way; `owner` hears how it went.
  std::shared_ptr<Connection> connect(const Limits& limits, Connection::Owner owner);
  /// To be told of each connection that opened or was lost (or failed to open).
  void note_opened();
  void note_lost(const std::string& reason, bool was_open);
  /// When a wait that began at `since` is over. `served` tells that some connection is open: with none, and PostgreSQL refusing
  /// new ones, a second is enough.
  bool waited_enough(SteadyTime now, SteadyTime since, bool served) const;
  std::exception_ptr gave_up(std::string_view what) const;
  void watch(std::shared_ptr<Link> link);
  void close_overdue(SteadyTime now);
  void close_all(const std::string& reason);

  boost::asio::io_context& io;
  PoolOptions options;
  Health health;
  Counters counters;
  bool closing = false;

 private:
  std::vector<std::weak_ptr<Link>> links_;
  std::size_t lost_ = 0;  // connections that were open and have not been replaced
};

/// Who has waited as long may have left: only then is it worth a look.
inline constexpr std::chrono::milliseconds worth_a_look{250};

/// How much later than PostgreSQL itself, which has the same limit, this side gives a statement up.
inline constexpr std::chrono::milliseconds answer_margin{1'000};

}  // namespace billing::pg
