#pragma once

#include <coroutine>
#include <memory>
#include <utility>

namespace boost::asio {
class io_context;
}

namespace billing::pg {

/// A place where one coroutine waits until it is woken. It is resumed from the event loop, never from inside `wake`, so whoever wakes it
/// may be in the middle of its own work. A coroutine that is destroyed while it waits is forgotten.
class Waiter : public std::enable_shared_from_this<Waiter> {
 public:
  void wake(boost::asio::io_context& io);

  class Awaiter {
   public:
    explicit Awaiter(std::shared_ptr<Waiter> waiter) : waiter_(std::move(waiter)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { waiter_->caller_ = {}; }
    bool await_ready() const noexcept { return waiter_->woken_; }
    void await_suspend(std::coroutine_handle<> caller) const noexcept { waiter_->caller_ = caller; }
    void await_resume() const noexcept {}

   private:
    std::shared_ptr<Waiter> waiter_;
  };
  Awaiter wait() { return Awaiter{shared_from_this()}; }

 private:
  std::coroutine_handle<> caller_;
  bool woken_ = false;
};

}  // namespace billing::pg
