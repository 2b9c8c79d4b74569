#include "platform/redis/client.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>

#include "platform/redis/wire.hpp"
#include "platform/runtime/log.hpp"

namespace billing::redis {

using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

constexpr auto sweep_every = 100ms;
constexpr auto shortest_backoff = 50ms;
constexpr auto longest_backoff = 1'000ms;

}  // namespace

/// One command, and the coroutine that waits for it (none for `send`).
struct Command : std::enable_shared_from_this<Command> {
  struct Awaiter {
    Command& command;
    explicit Awaiter(Command& c) : command(c) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { command.caller = {}; }
    bool await_ready() const noexcept { return command.done; }
    void await_suspend(std::coroutine_handle<> c) const noexcept { command.caller = c; }
    void await_resume() const noexcept {}
  };
  Awaiter wait() { return Awaiter{*this}; }

  std::string bytes;
  SteadyTime deadline;
  bool awaited = true;
  bool done = false;
  Reply reply;
  std::string failure;  // why there is no reply
  std::coroutine_handle<> caller;
};

struct Client::State : std::enable_shared_from_this<Client::State> {
  State(Reactor& r, ClientOptions o)
      : io(r.io()), options(std::move(o)), address(parse_url(options.url)), sweep_timer(io), retry_timer(io) {}

  std::shared_ptr<Command> enqueue(const std::vector<std::string>& words, std::chrono::milliseconds timeout, bool awaited);
  void complete(const std::shared_ptr<Command>& command);
  void connect();
  void opened();
  void replied(std::vector<Reply> replies);
  void lost(const std::string& reason);
  void sweep_on();
  void sweep(SteadyTime now);
  void drop_overdue(SteadyTime now);
  void send_failed(const std::string& reason);
  void close();

  boost::asio::io_context& io;
  ClientOptions options;
  Address address;
  boost::asio::steady_timer sweep_timer;
  boost::asio::steady_timer retry_timer;
  std::shared_ptr<Wire> wire;                      // none while waiting for the next attempt
  std::deque<std::shared_ptr<Command>> pending;    // in order; written at once when ready, and when it opens otherwise
  SteadyTime connect_deadline;
  std::chrono::milliseconds backoff{0};
  std::string down_because;
  SteadyTime last_logged{};
  std::uint64_t failed_sends = 0;  // since the last line in the log
  bool ready = false;
  bool closed = false;
};

std::shared_ptr<Command> Client::State::enqueue(const std::vector<std::string>& words, std::chrono::milliseconds timeout, bool awaited) {
  if (closed) throw Unavailable("the Redis client is closed");
  if (!wire) throw Unavailable("Redis cannot be reached: " + down_because);
  if (pending.size() >= options.max_waiting) throw Unavailable("too many commands wait for Redis");
  auto command = std::make_shared<Command>();
  command->bytes = encode(words);
  command->deadline = std::chrono::steady_clock::now() + timeout;
  command->awaited = awaited;
  pending.push_back(command);
  if (ready) wire->write(std::exchange(command->bytes, {}));
  return command;
}

void Client::State::complete(const std::shared_ptr<Command>& command) {
  command->done = true;
  if (!command->awaited) {
    if (!command->failure.empty()) send_failed(command->failure);
    if (command->reply.kind == Reply::Kind::error) send_failed(command->reply.text);
    return;
  }
  // From the event loop, when nothing here is half done: who is resumed may at once send, or destroy the client.
  boost::asio::post(io, [command] {
    if (auto caller = std::exchange(command->caller, {})) caller.resume();
  });
}

void Client::State::connect() {
  connect_deadline = std::chrono::steady_clock::now() + options.connect_timeout;
  const auto weak = weak_from_this();
  const auto with = [weak](auto f) {
    if (const auto self = weak.lock()) f(*self);
  };
  wire = std::make_shared<Wire>(
      io, address,
      Wire::Owner{.opened = [with] { with([](State& self) { self.opened(); }); },
                  .replied = [with](std::vector<Reply> r) { with([&](State& self) { self.replied(std::move(r)); }); },
                  .lost = [with](const std::string& r) { with([&](State& self) { self.lost(r); }); }});
  wire->open();
}

void Client::State::opened() {
  if (!down_because.empty()) log::info("redis_reachable");
  down_because.clear();
  backoff = 0ms;
  ready = true;
  for (const auto& command : pending) wire->write(std::exchange(command->bytes, {}));
}

void Client::State::replied(std::vector<Reply> replies) {
  for (auto& reply : replies) {
    if (pending.empty()) return wire->lose("a reply came that nobody had asked for");
    const auto command = std::move(pending.front());
    pending.pop_front();
    command->reply = std::move(reply);
    complete(command);
  }
}

void Client::State::lost(const std::string& reason) {
  wire.reset();
  const bool was_ready = std::exchange(ready, false);
  if (!closed && down_because.empty()) log::warn("redis_unreachable", {{"reason", reason}});
  down_because = reason;
  for (const auto& command : std::exchange(pending, {})) {
    command->failure = "Redis went away: " + reason;
    complete(command);
  }
  if (closed) return;
  // A connection that has worked is replaced at once; after a failed attempt the next one waits.
  if (was_ready) return connect();
  backoff = std::clamp(backoff * 2, std::chrono::milliseconds{shortest_backoff}, std::chrono::milliseconds{longest_backoff});
  retry_timer.expires_after(backoff);
  retry_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error && !self->closed) self->connect();
  });
}

void Client::State::sweep_on() {
  sweep_timer.expires_after(sweep_every);
  sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->sweep(std::chrono::steady_clock::now());
    self->sweep_on();
  });
}

void Client::State::sweep(SteadyTime now) {
  if (!wire) return;
  const auto overdue = [now](const auto& command) { return now > command->deadline; };
  if (!ready) {
    drop_overdue(now);
    if (now > connect_deadline) wire->lose("connecting took too long");
  } else if (std::ranges::any_of(pending, overdue)) {
    wire->lose("it did not answer in time");  // replies come in order: one that is missing holds up all that follow
  }
}

void Client::State::drop_overdue(SteadyTime now) {
  std::erase_if(pending, [&](const auto& command) {
    if (now <= command->deadline) return false;
    command->failure = "Redis could not be reached in time";
    complete(command);
    return true;
  });
}

void Client::State::send_failed(const std::string& reason) {
  ++failed_sends;
  const auto now = std::chrono::steady_clock::now();
  if (closed || now - last_logged < 1s) return;
  last_logged = now;
  log::warn("redis_send_failed", {{"reason", reason}, {"count", std::exchange(failed_sends, 0)}});
}

void Client::State::close() {
  if (std::exchange(closed, true)) return;
  sweep_timer.cancel();
  retry_timer.cancel();
  if (wire) wire->lose("the client is closed");
}

Client::Client(Reactor& reactor, ClientOptions options) : state_(std::make_shared<State>(reactor, std::move(options))) {
  state_->sweep_on();
  state_->connect();
}

Client::~Client() { state_->close(); }

Task<Reply> Client::command(std::vector<std::string> words, std::optional<std::chrono::milliseconds> timeout) {
  const auto command = state_->enqueue(words, timeout.value_or(state_->options.command_timeout), true);
  co_await command->wait();
  if (!command->failure.empty()) throw Unavailable(command->failure);
  if (command->reply.kind == Reply::Kind::error) throw CommandError(command->reply.text);
  co_return std::move(command->reply);
}

void Client::send(std::vector<std::string> words) {
  try {
    state_->enqueue(words, state_->options.command_timeout, false);
  } catch (const Unavailable& error) {
    state_->send_failed(error.what());
  }
}

void Client::close() { state_->close(); }

bool Client::connected() const { return state_->ready; }

}  // namespace billing::redis
