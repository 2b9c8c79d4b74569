#include "platform/runtime/reactor.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace billing {

namespace asio = boost::asio;

namespace {
thread_local Reactor* running = nullptr;

/// While a reactor runs on this thread.
class Running {
 public:
  explicit Running(Reactor& reactor) : before_(std::exchange(running, &reactor)) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { running = before_; }

 private:
  Reactor* before_;
};
}  // namespace

Reactor& Reactor::current() { return *running; }

Reactor::Reactor() : io_(std::make_unique<asio::io_context>(1)) {}
Reactor::~Reactor() = default;

void Reactor::run() {
  const Running on_this_thread{*this};
  auto keep_alive = asio::make_work_guard(*io_);
  io_->run();
}

void Reactor::stop() { io_->stop(); }

void Reactor::post(std::function<void()> f) { asio::post(*io_, std::move(f)); }

void Reactor::Sleep::await_suspend(std::coroutine_handle<> caller) const {
  auto timer = std::make_shared<asio::steady_timer>(*reactor.io_, duration);
  timer->async_wait([timer, caller](const boost::system::error_code&) { caller.resume(); });
}

void Reactor::drive(Task<void> task) {
  const Running on_this_thread{*this};
  TaskGroup group;
  bool done = false;
  group.spawn([](Task<void> inner, bool& finished) -> Task<void> {
    co_await std::move(inner);
    finished = true;
  }(std::move(task), done));
  auto keep_alive = asio::make_work_guard(*io_);
  io_->restart();
  while (!done) io_->run_one();
}

struct Delay::Timer {
  asio::steady_timer timer;
};

Delay::Delay() = default;
Delay::~Delay() = default;

void Delay::Wait::await_suspend(std::coroutine_handle<> caller) const {
  delay.timer_ = std::make_unique<Timer>(Timer{asio::steady_timer{Reactor::current().io(), until}});
  delay.timer_->timer.async_wait([&waited = delay.timer_, caller](const boost::system::error_code&) {
    waited.reset();
    caller.resume();
  });
}

void Delay::end() {
  if (timer_) timer_->timer.cancel();
}

}  // namespace billing
