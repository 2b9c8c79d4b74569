#pragma once

#include <deque>

#include "platform/postgres/pipeline/core.hpp"

namespace billing::pg {

/// Lends connections to transactions: a bounded set, opened when first needed. Who comes when all are lent waits in line.
class Lender : public std::enable_shared_from_this<Lender> {
 public:
  Lender(std::shared_ptr<Core> core, Limits limits) : core_(std::move(core)), limits_(limits) {}

  /// An open connection with no transaction on it. Throws Unavailable, or what ended the caller.
  Task<std::shared_ptr<Connection>> borrow(const Caller* caller = nullptr);
  /// With `roll_back`, whatever is open on it is undone before anybody else gets it; the caller need not wait for that.
  void give_back(std::shared_ptr<Connection> connection, bool roll_back);
  /// Gives up those that have waited too long, and connects again where that is due.
  void sweep(SteadyTime now);
  void abandon(const std::string& reason);

  boost::asio::io_context& io() { return core_->io; }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t open() const { return open_; }
  std::size_t busy() const { return open_ - idle_.size(); }
  bool opening() const { return opening_ > 0; }

 private:
  struct Request : Waiter {
    SteadyTime queued_at{};
    std::shared_ptr<Connection> connection;
    std::exception_ptr error;
    const Caller* caller = nullptr;
  };

  void pump();
  void connect();
  void release(std::shared_ptr<Connection> connection);

  bool dropped(Request& request);

  std::shared_ptr<Core> core_;
  Limits limits_;
  std::vector<std::shared_ptr<Connection>> idle_;  // the last one used is the next one used
  std::deque<std::shared_ptr<Request>> waiting_;
  std::size_t open_ = 0;
  std::size_t opening_ = 0;
};

}  // namespace billing::pg
