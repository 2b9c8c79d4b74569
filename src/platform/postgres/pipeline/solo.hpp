#pragma once

#include <list>
#include <set>

#include "platform/postgres/pipeline/lender.hpp"

namespace billing::pg {

/// Runs single statements that may wait for a lock, each on a lent connection: of those with the same first value one at a time, so that
/// whoever is locked costs one connection, and never more than half of the connections together.
class Solo : public std::enable_shared_from_this<Solo> {
 public:
  Solo(std::shared_ptr<Core> core, std::shared_ptr<Lender> lender) : core_(std::move(core)), lender_(std::move(lender)) {}

  /// The item is woken when it is durable, or has failed.
  void queue(std::shared_ptr<Item> item);
  /// One that met a lock among its neighbours, as if it had not been sent.
  void take_over(const std::shared_ptr<Item>& item);
  /// Gives up those that have waited too long.
  void sweep(SteadyTime now);
  void abandon(const std::string& reason);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  using Key = std::pair<const Statement*, std::string>;
  struct Waiting {
    std::shared_ptr<Item> item;
    Key key;
  };

  void add(std::shared_ptr<Item> item, Key key);
  void pump();
  Task<void> run(std::shared_ptr<Item> item, Key key);
  Task<void> run_on_lent(const std::shared_ptr<Item>& item);

  std::shared_ptr<Core> core_;
  std::shared_ptr<Lender> lender_;
  std::list<Waiting> waiting_;
  std::set<Key> running_;
  TaskGroup tasks_;
};

}  // namespace billing::pg
