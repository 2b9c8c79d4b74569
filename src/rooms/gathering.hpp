#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <coroutine>
#include <deque>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing {

/// One of those who gather; what it wants and gets is its own. How many of its kind are served together at most, it calls `most_together`.
struct Gathered {
  std::exception_ptr error;  // why it did not get it
  bool taken = false;  // somebody serves it
  bool answered = false;
  std::coroutine_handle<> waiting;  // none while it leads
};

/// Those of one thread who want the same kind of thing: while some are served, those who come gather and are next, so that they share a
/// statement and a commit. As long as somebody waits, somebody leads. One leads at a time: the more wait meanwhile, the more are served
/// together, and the less each costs. Those who were just served are likely to come again: whoever leads waits for them, unless it was one alone, but no
/// longer than it took to serve them, and `patience` at most.
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
    if (all_are_here()) delay_.end();
    while (!mine->answered) {
      if (mine->taken || led_) {
        co_await Turn{*mine};
      } else {
        co_await lead(take, serve);
      }
    }
  }

  /// The first of those who wait for whom `fits(const Asker&)` holds, in their order; the others go on waiting.
  static Askers take_first(Waiting& waiting, std::predicate<const Asker&> auto fits) {
    Askers taken;
    Waiting left;
    for (auto& asker : waiting) {
      if (taken.size() < Asker::most_together && fits(*asker)) {
        taken.push_back(std::move(asker));
      } else {
        left.push_back(std::move(asker));
      }
    }
    waiting = std::move(left);
    return taken;
  }

  Askers take_all() {
    Askers all{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end())};
    waiting_.clear();
    return all;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::duration patience = std::chrono::milliseconds{2};

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

  /// Serves some of those who wait, wakes those that were served, and hands over to one of the others.
  template <class Take, class Serve>
  Task<void> lead(Take& take, Serve& serve) {
    led_ = true;
    if (!all_are_here() && Clock::now() < expected_until_) co_await delay_.until(expected_until_);
    const auto began = Clock::now();
    Askers served = take(waiting_);
    for (const auto& asker : served) asker->taken = true;
    try {
      co_await serve(served);
    } catch (...) {
      for (const auto& asker : served) asker->error = std::current_exception();
    }
    const auto ended = Clock::now();
    expected_ = served.size() + waiting_.size();
    expected_until_ = ended + std::min(ended - began, patience);
    for (const auto& asker : served) asker->answered = true;
    for (const auto& asker : served) wake(*asker);
    led_ = false;
    const auto next = std::ranges::find_if(waiting_, [](const auto& asker) { return static_cast<bool>(asker->waiting); });
    if (next != waiting_.end()) wake(**next);
  }

  static void wake(Asker& asker) {
    if (asker.waiting) asker.waiting.resume();
  }

  bool all_are_here() const { return waiting_.size() >= std::min(expected_, Asker::most_together); }

  Waiting waiting_;
  bool led_ = false;
  std::size_t expected_ = 1;  // those who were served last, and who came meanwhile
  Clock::time_point expected_until_;
  Delay delay_;  // of who leads
};

}  // namespace billing
