#include <algorithm>
#include <iterator>
#include <set>

#include "platform/queue/entry.hpp"
#include "platform/runtime/log.hpp"

namespace billing::queue {

using redis::Reply;
using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using namespace std::chrono_literals;

namespace {

constexpr auto block_for = 1'000ms;
constexpr auto retry_after = 200ms;
constexpr auto look_again = 5ms;
constexpr auto gather_for = 25ms;  // rings that come one after the other
constexpr auto claim_every_at_most = milliseconds{10s};

}  // namespace

struct Worker::State : std::enable_shared_from_this<Worker::State> {
  State(Reactor& r, WorkerOptions o, std::function<Task<void>(Ring)> h)
      : reactor(r),
        options(std::move(o)),
        handle(std::move(h)),
        reader(r, {.url = options.redis_url}),
        control(r, {.url = options.redis_url}),
        claim_every(std::clamp(options.claim_after / 6, milliseconds{100ms}, claim_every_at_most)) {}

  /// Resumes, from the event loop, once a ring has been handled.
  struct RingHandled {
    State& state;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const noexcept { state.for_room = caller; }
    void await_resume() const noexcept {}
  };

  /// Rings of one job that were read together and are handled as one.
  struct Hand {
    Ring ring;
    std::vector<std::string> entries;
  };

  std::size_t room() const { return options.concurrency - std::min(busy, options.concurrency); }

  static Task<void> run(std::shared_ptr<State> self);
  static Task<void> serve(std::shared_ptr<State> self, Hand hand);
  Task<void> step();
  Task<void> read();
  Task<void> claim();
  Task<void> make_group();
  Task<void> leave();
  void take(const std::vector<Reply>& entries);
  std::vector<Hand> sort_into_hands(const std::vector<Reply>& entries);
  void acknowledge(const std::string& id);

  Reactor& reactor;
  WorkerOptions options;
  std::function<Task<void>(Ring)> handle;
  redis::Client reader;   // blocks in XREADGROUP, so nothing else may use it
  redis::Client control;  // acknowledges and claims
  milliseconds claim_every;
  SteadyTime next_claim{};
  std::string claim_cursor = "0-0";
  std::set<std::string> in_hand;  // entries
  std::size_t busy = 0;           // hands
  TaskGroup handling;
  std::coroutine_handle<> for_room;
  std::string last_trouble;
  std::string reader_id;  // by which Redis knows the reader's connection; a stale one does no harm
  bool started = false;
  bool stopping = false;
  bool running = false;
};

Task<void> Worker::State::run(std::shared_ptr<State> self) {
  self->running = true;
  while (!self->stopping) {
    std::string trouble;
    try {
      co_await self->step();
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (trouble.empty()) {
      self->last_trouble.clear();
      continue;
    }
    self->reader_id.clear();
    if (self->stopping) break;
    if (trouble != std::exchange(self->last_trouble, trouble)) log::warn("queue_read_failed", {{"reason", trouble}});
    co_await self->reactor.sleep(retry_after);
  }
  self->running = false;
}

Task<void> Worker::State::step() {
  bool gone = false;
  try {
    if (room() == 0) {
      co_await RingHandled{*this};
    } else if (std::chrono::steady_clock::now() >= next_claim) {
      co_await claim();
    } else {
      co_await read();
    }
  } catch (const redis::CommandError& error) {
    const std::string_view what = error.what();
    // The stream went away, under a waiting reader too: Redis was emptied, or is new.
    if (!what.starts_with("NOGROUP") && !what.starts_with("UNBLOCKED")) throw;
    gone = true;
  }
  if (gone) co_await make_group();
}

Task<void> Worker::State::read() {
  if (reader_id.empty()) reader_id = std::to_string((co_await reader.command({"CLIENT", "ID"})).integer);
  const auto asked = room();
  const auto block = std::to_string(block_for.count());
  const auto reply = co_await reader.command(
      {"XREADGROUP", "GROUP", group_name, options.consumer, "COUNT", std::to_string(asked), "BLOCK", block, "STREAMS", options.stream, ">"},
      block_for + 2'000ms);
  for (const auto& stream : reply.elements) {
    if (stream.elements.size() != 2) continue;
    const auto& entries = stream.elements[1].elements;
    take(entries);
    // No more wait: those that come next are read together, for the fewer are handled, the more each costs.
    if (entries.size() < asked) co_await reactor.sleep(gather_for);
  }
}

Task<void> Worker::State::claim() {
  const auto count = std::to_string(room());
  const auto idle = std::to_string(options.claim_after.count());
  const auto reply =
      co_await control.command({"XAUTOCLAIM", options.stream, group_name, options.consumer, idle, claim_cursor, "COUNT", count});
  if (reply.elements.size() < 2) co_return;
  claim_cursor = reply.elements[0].text;
  if (claim_cursor == "0-0") next_claim = std::chrono::steady_clock::now() + claim_every;
  if (!reply.elements[1].elements.empty()) log::info("rings_claimed", {{"count", reply.elements[1].elements.size()}});
  take(reply.elements[1].elements);
}

Task<void> Worker::State::make_group() {
  try {
    co_await control.command({"XGROUP", "CREATE", options.stream, group_name, "0", "MKSTREAM"});
    log::info("queue_group_made", {{"stream", options.stream}});
  } catch (const redis::CommandError& error) {
    if (!std::string_view{error.what()}.starts_with("BUSYGROUP")) throw;  // another worker was first
  }
}

std::vector<Worker::State::Hand> Worker::State::sort_into_hands(const std::vector<Reply>& entries) {
  std::vector<Hand> hands;
  for (const auto& reply : entries) {
    auto entry = parse_entry(reply);
    if (!entry || in_hand.contains(entry->id))
      continue;  // deleted meanwhile; or claimed from ourselves, in whose hands it has been for long
    if (!entry->ring) {
      log::warn("ring_malformed", {{"id", entry->id}});
      acknowledge(entry->id);
      continue;
    }
    in_hand.insert(entry->id);
    const auto fits = [this, &entry](const Hand& hand) {
      return hand.ring.job == entry->ring->job && hand.ring.ids.size() + entry->ring->ids.size() <= options.ids_together;
    };
    auto hand = std::ranges::find_if(hands, fits);
    if (hand == hands.end()) hand = hands.insert(hands.end(), Hand{{entry->ring->job, {}}, {}});
    hand->entries.push_back(entry->id);
    std::ranges::move(entry->ring->ids, std::back_inserter(hand->ring.ids));
  }
  return hands;
}

void Worker::State::take(const std::vector<Reply>& entries) {
  for (auto& hand : sort_into_hands(entries)) {
    ++busy;
    handling.spawn(serve(shared_from_this(), std::move(hand)));
  }
}

Task<void> Worker::State::serve(std::shared_ptr<State> self, Hand hand) {
  const auto job = hand.ring.job;
  try {
    co_await self->handle(std::move(hand.ring));
  } catch (const std::exception& error) {
    // Its rows are still due: the schedule rings again.
    log::error("job_failed", {{"job", job}, {"ring", hand.entries.front()}, {"error", error.what()}});
  }
  for (const auto& id : hand.entries) {
    self->acknowledge(id);
    self->in_hand.erase(id);
  }
  --self->busy;
  if (const auto caller = std::exchange(self->for_room, {})) self->reactor.post([self, caller] { caller.resume(); });
}

void Worker::State::acknowledge(const std::string& id) {
  // Deleted first: should the connection break between the two, XAUTOCLAIM drops what is pending and no longer there.
  control.send({"XDEL", options.stream, id});
  control.send({"XACK", options.stream, group_name, id});
}

/// So that the names of workers that are gone do not pile up in the group.
Task<void> Worker::State::leave() {
  try {
    const auto pending = co_await control.command({"XPENDING", options.stream, group_name, "-", "+", "1", options.consumer});
    if (pending.elements.empty()) co_await control.command({"XGROUP", "DELCONSUMER", options.stream, group_name, options.consumer});
  } catch (const std::exception& error) {
    log::debug("queue_leave_failed", {{"reason", error.what()}});
  }
}

Worker::Worker(Reactor& reactor, WorkerOptions options, std::function<Task<void>(Ring)> handle)
    : state_(std::make_shared<State>(reactor, std::move(options), std::move(handle))) {}

Worker::~Worker() {
  state_->stopping = true;
  state_->reader.close();
  state_->control.close();
}

void Worker::start() {
  if (std::exchange(state_->started, true)) return;
  state_->handling.spawn(State::run(state_));
}

Task<void> Worker::stop(milliseconds grace) {
  const auto state = state_;
  const auto deadline = std::chrono::steady_clock::now() + grace;
  state->stopping = true;
  if (!state->reader_id.empty()) state->control.send({"CLIENT", "UNBLOCK", state->reader_id});
  while (state->handling.active() > 0 && std::chrono::steady_clock::now() < deadline) co_await state->reactor.sleep(look_again);
  if (state->handling.active() == 0) {
    co_await state->leave();
  } else {
    log::warn("worker_stopped_early", {{"in_hand", state->in_hand.size()}});
  }
  state->reader.close();
  state->control.close();
}

}  // namespace billing::queue
