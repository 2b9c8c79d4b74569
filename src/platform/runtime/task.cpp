#include "platform/runtime/task.hpp"

#include "platform/runtime/log.hpp"

namespace billing {

struct TaskGroup::Runner {
  struct promise_type {
    Runner get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

TaskGroup::Runner TaskGroup::run(TaskGroup& group, Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    log::error("task_failed", {{"error", error.what()}});
  }
  group.finished();
}

void TaskGroup::spawn(Task<void> task) {
  ++active_;
  run(*this, std::move(task));
}

void TaskGroup::finished() noexcept {
  if (--active_ == 0 && joiner_) std::exchange(joiner_, {}).resume();
}

Task<void> TaskGroup::join() {
  struct Awaiter {
    TaskGroup& group;
    bool await_ready() const noexcept { return group.active_ == 0; }
    void await_suspend(std::coroutine_handle<> caller) const noexcept { group.joiner_ = caller; }
    void await_resume() const noexcept {}
  };
  co_await Awaiter{*this};
}

}  // namespace billing
