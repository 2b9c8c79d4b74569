#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/runtime/task.hpp"

namespace billing {

/// How long an answer is good that took so long to compute: not at all where that was quick, else such that computing it takes at most a
/// fiftieth of the time, however many ask however often.
constexpr std::chrono::nanoseconds kept_for(std::chrono::nanoseconds took) {
  return took < std::chrono::milliseconds{100} ? std::chrono::nanoseconds{0} : 50 * took;
}

/// Answers that take the longer to compute, the more there is, by key. Those who ask for one while it is computed share it, or its error,
/// which is not kept. One thread only.
template <class T>
class Kept {
 public:
  using Clock = std::chrono::steady_clock;
  struct Answer {
    std::shared_ptr<const T> value;
    std::chrono::nanoseconds age{0};  // since its computing began
  };
  using Compute = std::function<Task<T>()>;

  explicit Kept(std::function<Clock::time_point()> now = &Clock::now, std::size_t most = 100) : now_(std::move(now)), most_(most) {}

  /// `compute` must not depend on who asks: others get its answer too, also when they have gone.
  Task<Answer> get(std::string key, Compute compute) {
    for (bool after_the_question = false;; after_the_question = true) {  // what is quick may be from before the asker's own change
      const auto& entry = entries_[key];
      if (entry && entry->value && now_() < entry->good_until) co_return Answer{entry->value, now_() - entry->began};
      if (!entry || entry->over) break;
      const auto shared = entry;
      co_await Turn{*shared, std::make_shared<Waiter>()};
      if (shared->error) std::rethrow_exception(shared->error);
      if (after_the_question) co_return Answer{shared->value, now_() - shared->began};
    }
    co_return co_await lead(std::move(key), std::move(compute));
  }

 private:
  struct Waiter {
    std::coroutine_handle<> handle;  // none: it has gone
  };
  struct Round {
    std::shared_ptr<const T> value;
    std::exception_ptr error;
    Clock::time_point began;
    Clock::time_point good_until;
    bool over = false;
    std::vector<std::shared_ptr<Waiter>> waiting;
  };
  class Turn {
   public:
    Turn(Round& round, std::shared_ptr<Waiter> waiter) : round_(round), waiter_(std::move(waiter)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { waiter_->handle = {}; }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      waiter_->handle = caller;
      round_.waiting.push_back(waiter_);
    }
    void await_resume() const noexcept {}

   private:
    Round& round_;
    std::shared_ptr<Waiter> waiter_;
  };

  Task<Answer> lead(std::string key, Compute compute) {
    forget_some();
    const auto round = std::make_shared<Round>();
    entries_[key] = round;
    round->began = now_();
    try {
      round->value = std::make_shared<const T>(co_await compute());
    } catch (...) {
      round->error = std::current_exception();
    }
    const auto ended = now_();
    round->good_until = ended + kept_for(ended - round->began);
    round->over = true;
    for (const auto& waiter : std::exchange(round->waiting, {})) {
      if (waiter->handle) waiter->handle.resume();
    }
    if (round->error) std::rethrow_exception(round->error);
    co_return Answer{round->value, ended - round->began};
  }

  /// Keys are the askers' to choose: no more of them than `most`.
  void forget_some() {
    if (entries_.size() < most_) return;
    std::erase_if(entries_, [](const auto& entry) { return !entry.second || entry.second->over; });
  }

  std::function<Clock::time_point()> now_;
  std::size_t most_;
  std::map<std::string, std::shared_ptr<Round>> entries_;
};

}  // namespace billing
