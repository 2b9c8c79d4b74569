#include "platform/runtime/reactor.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace billing {

namespace asio = boost::asio;

Reactor::Reactor() : io_(std::make_unique<asio::io_context>(1)) {}
Reactor::~Reactor() = default;

void Reactor::run() {
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

}  // namespace billing
