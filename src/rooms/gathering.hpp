#pragma once

#include <concepts>
#include <coroutine>
#include <deque>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "platform/runtime/task.hpp"

namespace billing {

/// One of those who gather; what it wants and gets is its own.
struct Gathered {
  std::exception_ptr error;  // why it did not get it
  bool taken = false;  // somebody serves it
  bool answered = false;
  std::coroutine_handle<> waiting;  // none while it leads
};

/// Those of one thread who want the same kind of thing: while some are served, those who come gather and are next, so that they share a
/// statement and a commit. As long as somebody waits, somebody leads. One leads at a time: the more wait meanwhile, the more are served
/// together, and the less each costs.
template <std::derived_from<Gathered> Asker>
class Gathering {
 public:
  using Askers = std::vector<std::shared_ptr<Asker>>;
  using Waiting = std::deque<std::shared_ptr<Asker>>;

  /// Until `mine` is answered. `take(Waiting&)` gives those who are served next, the first one among them; `serve(Askers&)` serves them, and may
  /// answer others whom it takes with `take_all`. Who leads serves others too: it must not be stopped when its own client leaves.
  template <class Take, class Serve>
  Task<void> join(std::shared_ptr<Asker> mine, Take take, Serve serve) {
    waiting_.push_back(mine);
    while (!mine->answered) {
      if (mine->taken || led_) {
        co_await Turn{*mine};
      } else {
        co_await lead(take, serve);
      }
    }
  }

  Askers take_all() {
    Askers all{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end())};
    waiting_.clear();
    return all;
  }

 private:
  /// Until it is answered, or has to lead.
  class Turn {
   public:
    explicit Turn(Asker& asker) : asker_(asker) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { asker_.waiting = {}; }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const noexcept { asker_.waiting = caller; }
    void await_resume() const noexcept {}

   private:
    Asker& asker_;
  };

  /// Serves some of those who wait, hands over to one of the others, and wakes those that were served.
  template <class Take, class Serve>
  Task<void> lead(Take& take, Serve& serve) {
    led_ = true;
    Askers served = take(waiting_);
    for (const auto& asker : served) asker->taken = true;
    try {
      co_await serve(served);
    } catch (...) {
      for (const auto& asker : served) asker->error = std::current_exception();
    }
    led_ = false;
    for (const auto& asker : served) asker->answered = true;
    for (const auto& asker : waiting_) {
      if (!asker->waiting) continue;
      asker->waiting.resume();
      break;
    }
    for (const auto& asker : served) {
      if (asker->waiting) asker->waiting.resume();
    }
  }

  Waiting waiting_;
  bool led_ = false;
};

}  // namespace billing
