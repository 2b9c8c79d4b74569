#pragma once

#include <deque>

#include "platform/postgres/pipeline/core.hpp"

namespace billing::pg {

struct BatcherOptions {
  std::size_t connections = 1;
  std::size_t max_batch = 64;  // statements that share one sync
  std::size_t max_waiting = 4096;
  Limits limits;
  std::function<void(std::shared_ptr<Item>)> blocked;  // takes over a statement that met a lock; without it, it fails
};

/// Carries single statements: while one batch of a connection is in flight arrivals are held, and go together under its next sync. A batch
/// that fails is sent again member by member, without the one that ran into a limit: that one fails, or is handed on when it met a lock.
class Batcher : public std::enable_shared_from_this<Batcher> {
 public:
  Batcher(std::shared_ptr<Core> core, BatcherOptions options);

  /// The item is woken when it is durable, or has failed.
  void queue(std::shared_ptr<Item> item);
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
  void set_aside(Group& group);
  bool resubmit(Lane& lane, const Group& group, bool alone);
  bool dropped(Item& item, SteadyTime now);

  std::shared_ptr<Core> core_;
  BatcherOptions options_;
  std::vector<Lane> lanes_;  // never resized
  std::deque<std::shared_ptr<Item>> waiting_;
  bool pump_posted_ = false;
};

}  // namespace billing::pg
