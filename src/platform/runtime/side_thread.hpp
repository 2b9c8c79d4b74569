#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing {

/// A thread beside the reactors' for what computes long: one piece of work after the other, in the order in which they come, with less of the processor than
/// those who answer. Begins with the first piece. Safe from any thread.
class SideThread {
 public:
  explicit SideThread(std::size_t most_waiting);
  ~SideThread();
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  /// What `work` gives or throws; goes on on `home`, which outlives it or `stop`. Refusal 503 where too many wait.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Reactor& home, Work work);

  /// Ends the piece that is at work, and begins none of those that wait.
  void stop();

 private:
  struct State;
  struct Turn {
    SideThread& thread;
    Reactor& home;
    std::function<void()> work;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) { thread.add(home, std::move(work), caller); }
    void await_resume() const noexcept {}
  };
  void add(Reactor& home, std::function<void()> work, std::coroutine_handle<> caller);

  std::unique_ptr<State> state_;
};

template <class Work>
Task<std::invoke_result_t<Work>> SideThread::run(Reactor& home, Work work) {
  std::optional<std::invoke_result_t<Work>> result;
  std::exception_ptr error;
  co_await Turn{*this, home, [&] {
                  try {
                    result.emplace(work());
                  } catch (...) {
                    error = std::current_exception();
                  }
                }};
  if (error) std::rethrow_exception(error);
  co_return std::move(*result);
}

}  // namespace billing
