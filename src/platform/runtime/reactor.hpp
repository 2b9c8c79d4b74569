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

 private:
  void drive(Task<void> task);

  std::unique_ptr<boost::asio::io_context> io_;
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
