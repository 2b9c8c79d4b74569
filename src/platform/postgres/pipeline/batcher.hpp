#pragma once

#include <deque>

#include "platform/postgres/pipeline/core.hpp"

namespace billing::pg {

/// Carries single statements: while one batch of a connection is in flight arrivals are held, and go together under its next sync.
class Batcher : public std::enable_shared_from_this<Batcher> {
 public:
  explicit Batcher(std::shared_ptr<Core> core);

  /// Queues the statement; its item is woken when it is durable, or has failed.
  std::shared_ptr<Item> queue(const Statement& statement, Params params);
  /// Gives up those that have waited too long, and connects again where that is due.
  void sweep(SteadyTime now);
  /// Gives up all that have not been sent.
  void abandon(const std::string& reason);

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t open() const;
  std::size_t busy() const;

 private:
  struct Lane {
    std::shared_ptr<Connection> connection;
    std::size_t in_flight = 0;  // syncs
  };

  void pump_soon();
  void pump();
  void connect(Lane& lane);
  void send_batch(Lane& lane);
  void submit(Lane& lane, std::vector<std::shared_ptr<Item>> items);
  void finished(Lane& lane, Group& group);
  void settle(const Group& group);
  bool resubmit(Lane& lane, const Group& group);

  std::shared_ptr<Core> core_;
  std::vector<Lane> lanes_;  // never resized
  std::deque<std::shared_ptr<Item>> waiting_;
  bool pump_posted_ = false;
};

}  // namespace billing::pg
