#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>

#include "platform/runtime/task.hpp"

namespace boost::asio {
class io_context;
}

namespace billing {

/// One thread's event loop. What is made on a reactor is used on its thread only; `post` and `stop` are safe from any thread.
class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Runs until `stop`, on the calling thread.
  void run();
  void stop();
  /// Runs `f` on this reactor's thread, later.
  void post(std::function<void()> f);
  /// Runs `task` on this reactor until it is done and gives its result; for start-up, commands and tests. Not while `run` runs.
  template <class T>
  T block_on(Task<T> task);

  struct Sleep {
    Reactor& reactor;
    std::chrono::milliseconds duration;
    bool await_ready() const noexcept { return duration.count() <= 0; }
    void await_suspend(std::coroutine_handle<> caller) const;
    void await_resume() const noexcept {}
  };
  /// co_await reactor.sleep(250ms)
  Sleep sleep(std::chrono::milliseconds duration) { return {*this, duration}; }

  boost::asio::io_context& io() { return *io_; }

  /// The one that runs on the calling thread; there must be one.
  static Reactor& current();

 private:
  void drive(Task<void> task);

  std::unique_ptr<boost::asio::io_context> io_;
};

/// A wait on the calling thread's reactor that is over when its time has come, or once somebody ends it. One waits at a time.
class Delay {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Delay();
  ~Delay();
  Delay(const Delay&) = delete;
  Delay& operator=(const Delay&) = delete;

  struct Wait {
    Delay& delay;
    Time until;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const;
    void await_resume() const noexcept {}
  };
  /// co_await delay.until(time)
  Wait until(Time time) { return {*this, time}; }
  /// Whoever waits goes on in a later turn of the event loop; nothing where nobody does.
  void end();

 private:
  struct Timer;
  std::unique_ptr<Timer> timer_;  // while somebody waits
};

template <class T>
T Reactor::block_on(Task<T> task) {
  std::exception_ptr error;
  if constexpr (std::is_void_v<T>) {
    drive([](Task<void> inner, std::exception_ptr& failed) -> Task<void> {
      try {
        co_await std::move(inner);
      } catch (...) {
        failed = std::current_exception();
      }
    }(std::move(task), error));
    if (error) std::rethrow_exception(error);
  } else {
    std::optional<T> result;
    drive([](Task<T> inner, std::optional<T>& out, std::exception_ptr& failed) -> Task<void> {
      try {
        out.emplace(co_await std::move(inner));
      } catch (...) {
        failed = std::current_exception();
      }
    }(std::move(task), result, error));
    if (error) std::rethrow_exception(error);
    return std::move(*result);
  }
}

}  // namespace billing
