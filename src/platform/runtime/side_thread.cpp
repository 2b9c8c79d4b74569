#include "platform/runtime/side_thread.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "platform/runtime/refusal.hpp"

namespace billing {
namespace {

struct Piece {
  Reactor& home;
  std::function<void()> work;
  std::coroutine_handle<> caller;
};

/// Where all want the processor, those who answer get ten times as much of it.
constexpr int niceness = 10;

}  // namespace

struct SideThread::State {
  std::size_t most_waiting;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Piece> waiting{};
  bool stopping = false;
  std::thread thread{};

  std::optional<Piece> next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return stopping || !waiting.empty(); });
    if (stopping) return std::nullopt;
    Piece piece = std::move(waiting.front());
    waiting.pop_front();
    return piece;
  }

  void work() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
    while (auto piece = next()) {
      piece->work();
      piece->home.post([caller = piece->caller] { caller.resume(); });
    }
  }
};

SideThread::SideThread(std::size_t most_waiting) : state_(std::make_unique<State>(most_waiting)) {}
SideThread::~SideThread() { stop(); }

void SideThread::add(Reactor& home, std::function<void()> work, std::coroutine_handle<> caller) {
  const std::lock_guard lock(state_->mutex);
  if (state_->waiting.size() >= state_->most_waiting || state_->stopping) {
    Refusal refusal(503, "overloaded", "Too much of this is being done at once: try again in a moment.");
    refusal.headers.emplace_back("Retry-After", "1");
    throw refusal;
  }
  state_->waiting.push_back({home, std::move(work), caller});
  if (!state_->thread.joinable()) state_->thread = std::thread([state = state_.get()] { state->work(); });
  state_->changed.notify_one();
}

void SideThread::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_one();
  }
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace billing
