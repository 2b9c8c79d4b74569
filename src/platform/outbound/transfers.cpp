#include "platform/outbound/transfers.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <list>
#include <map>
#include <new>

#include "platform/runtime/log.hpp"

namespace billing::outbound {

namespace asio = boost::asio;
using boost::system::error_code;
using Moment = std::chrono::steady_clock::time_point;

namespace {

constexpr auto look_at_waiting_every = std::chrono::milliseconds{50};

/// A socket of libcurl's, which opens and closes it; here it is only looked at.
struct Watch {
  Watch(asio::io_context& io, curl_socket_t s) : socket(s), descriptor(io, s) {}

  curl_socket_t socket;
  asio::posix::stream_descriptor descriptor;
  int wanted = 0;  // CURL_POLL_…
  bool reading = false;
  bool writing = false;
  bool gone = false;
};

/// One transfer, and the coroutine that waits for it.
struct Waiting {
  Waiting(CURL* e, std::string h, Moment d) : easy(e), host(std::move(h)), deadline(d) {}

  CURL* easy;
  std::string host;
  Moment deadline;
  bool running = false;
  bool ended = false;
  Ran ran{};
  std::coroutine_handle<> caller{};
};

}  // namespace

struct Transfers::State : std::enable_shared_from_this<Transfers::State> {
  State(Reactor& r, TransferOptions o);
  ~State();

  static int socket_changed(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int timer_changed(CURLM*, long milliseconds, void* self);
  static int close_socket(void* self, curl_socket_t socket);

  void watch(curl_socket_t socket, int what);
  void unwatch(curl_socket_t socket);
  void arm(const std::shared_ptr<Watch>& watch);
  void ready(const std::shared_ptr<Watch>& watch, int event);
  void act(curl_socket_t socket, int event);
  void take_finished();
  void end(const std::shared_ptr<Waiting>& waiting, Ran ran);
  void forget(const std::shared_ptr<Waiting>& waiting);
  void begin(const std::shared_ptr<Waiting>& waiting);
  void begin_those_with_room();
  void look_at_waiting();
  void close();

  asio::io_context& io;
  TransferOptions options;
  CURLM* multi;
  asio::steady_timer timer;
  asio::steady_timer waiting_timer;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
  std::map<CURL*, std::shared_ptr<Waiting>> running;
  std::map<std::string, std::size_t> running_by_host;
  std::deque<std::shared_ptr<Waiting>> queue;
  bool looking = false;
  bool closed = false;
};

Transfers::State::State(Reactor& r, TransferOptions o) : io(r.io()), options(o), multi(curl_multi_init()), timer(io), waiting_timer(io) {
  if (!multi) throw std::bad_alloc();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &State::socket_changed);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &State::timer_changed);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, options.most_kept_connections);
}

Transfers::State::~State() {
  for (const auto& [easy, waiting] : running) curl_multi_remove_handle(multi, easy);
  curl_multi_cleanup(multi);  // closes what it kept, through close_socket
  for (const auto& [socket, watch] : watches) watch->descriptor.release();
}

int Transfers::State::socket_changed(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& state = *static_cast<State*>(self);
  if (what == CURL_POLL_REMOVE) {
    state.unwatch(socket);
  } else {
    state.watch(socket, what);
  }
  return 0;
}

int Transfers::State::timer_changed(CURLM*, long milliseconds, void* self) {
  auto& state = *static_cast<State*>(self);
  if (milliseconds < 0) {
    state.timer.cancel();
    return 0;
  }
  state.timer.expires_after(std::chrono::milliseconds{milliseconds});
  state.timer.async_wait([weak = state.weak_from_this()](const error_code& error) {
    const auto that = weak.lock();
    if (that && !error) that->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

int Transfers::State::close_socket(void* self, curl_socket_t socket) {
  static_cast<State*>(self)->unwatch(socket);
  return ::close(socket);
}

void Transfers::State::watch(curl_socket_t socket, int what) {
  auto& found = watches[socket];
  if (!found) found = std::make_shared<Watch>(io, socket);
  found->wanted = what;
  arm(found);
}

/// Before libcurl closes it: the number may be another socket's at once.
void Transfers::State::unwatch(curl_socket_t socket) {
  const auto found = watches.find(socket);
  if (found == watches.end()) return;
  found->second->gone = true;
  found->second->descriptor.release();
  watches.erase(found);
}

void Transfers::State::arm(const std::shared_ptr<Watch>& watch) {
  const auto waits = [&](bool& pending, asio::posix::descriptor_base::wait_type type, int event) {
    if (std::exchange(pending, true)) return;
    watch->descriptor.async_wait(type, [weak = weak_from_this(), watch, &pending, event](const error_code& error) {
      pending = false;
      const auto self = weak.lock();
      if (self && !error) self->ready(watch, event);
    });
  };
  if (watch->wanted & CURL_POLL_IN) waits(watch->reading, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN);
  if (watch->wanted & CURL_POLL_OUT) waits(watch->writing, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT);
}

void Transfers::State::ready(const std::shared_ptr<Watch>& watch, int event) {
  if (watch->gone) return;
  const int wanted = event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT;
  if (watch->wanted & wanted) act(watch->socket, event);
  if (!watch->gone) arm(watch);
}

void Transfers::State::act(curl_socket_t socket, int event) {
  int still = 0;
  curl_multi_socket_action(multi, socket, event, &still);
  take_finished();
}

void Transfers::State::take_finished() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = running.find(message->easy_handle);
    const Ran ran{Ran::End::done, message->data.result};  // the message goes with its handle
    if (found != running.end()) end(std::shared_ptr{found->second}, ran);
  }
  begin_those_with_room();
}

/// Takes it off, so that whoever waited may destroy the handle. They go on from the event loop, when nothing here is half done.
void Transfers::State::end(const std::shared_ptr<Waiting>& waiting, Ran ran) {
  forget(waiting);
  waiting->ended = true;
  waiting->ran = ran;
  asio::post(io, [waiting] {
    if (auto caller = std::exchange(waiting->caller, {})) caller.resume();
  });
}

void Transfers::State::forget(const std::shared_ptr<Waiting>& waiting) {
  if (!std::exchange(waiting->running, false)) {
    std::erase(queue, waiting);
    return;
  }
  curl_multi_remove_handle(multi, waiting->easy);
  running.erase(waiting->easy);
  const auto count = running_by_host.find(waiting->host);
  if (--count->second == 0) running_by_host.erase(count);
}

void Transfers::State::begin(const std::shared_ptr<Waiting>& waiting) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(waiting->deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return end(waiting, {Ran::End::too_late});
  curl_easy_setopt(waiting->easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(waiting->easy, CURLOPT_CLOSESOCKETFUNCTION, &State::close_socket);
  curl_easy_setopt(waiting->easy, CURLOPT_CLOSESOCKETDATA, this);
  waiting->running = true;
  ++running_by_host[waiting->host];
  running.emplace(waiting->easy, waiting);
  if (curl_multi_add_handle(multi, waiting->easy) != CURLM_OK) end(waiting, {Ran::End::done, CURLE_FAILED_INIT});
}

void Transfers::State::begin_those_with_room() {
  for (std::size_t i = 0; i < queue.size() && running.size() < options.most_running;) {
    const auto waiting = queue[i];
    const auto count = running_by_host.find(waiting->host);
    if (count != running_by_host.end() && count->second >= options.most_running_per_host) {
      ++i;
      continue;
    }
    queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(i));
    begin(waiting);
  }
}

/// Those that wait have a deadline, too.
void Transfers::State::look_at_waiting() {
  if (looking || queue.empty()) return;
  looking = true;
  waiting_timer.expires_after(look_at_waiting_every);
  waiting_timer.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->looking = false;
    const auto now = std::chrono::steady_clock::now();
    auto late = self->queue;
    std::erase_if(late, [now](const auto& waiting) { return waiting->deadline > now; });
    for (const auto& waiting : late) self->end(waiting, {Ran::End::too_late});
    self->look_at_waiting();
  });
}

void Transfers::State::close() {
  if (std::exchange(closed, true)) return;
  waiting_timer.cancel();
  auto all = queue;
  for (const auto& [easy, waiting] : running) all.push_back(waiting);
  for (const auto& waiting : all) end(waiting, {Ran::End::closed});
  timer.cancel();
}

Transfers::Transfers(Reactor& reactor, TransferOptions options) : state_(std::make_shared<State>(reactor, options)) {}

Transfers::~Transfers() { state_->close(); }

namespace {

template <class Forget>
struct UntilEnded {
  UntilEnded(Waiting& w, Forget f) : waiting(w), forget(std::move(f)) {}
  UntilEnded(const UntilEnded&) = delete;
  UntilEnded& operator=(const UntilEnded&) = delete;
  ~UntilEnded() {
    waiting.caller = {};
    if (!waiting.ended) forget();
  }
  bool await_ready() const noexcept { return waiting.ended; }
  void await_suspend(std::coroutine_handle<> c) const noexcept { waiting.caller = c; }
  void await_resume() const noexcept {}

  Waiting& waiting;
  Forget forget;
};

}  // namespace

Task<Ran> Transfers::run(Easy& easy, std::string host, std::chrono::milliseconds timeout) {
  const auto state = state_;
  if (state->closed) co_return Ran{Ran::End::closed};
  if (state->queue.size() >= state->options.most_waiting) co_return Ran{Ran::End::too_many};
  const auto waiting = std::make_shared<Waiting>(easy.get(), std::move(host), std::chrono::steady_clock::now() + timeout);
  state->queue.push_back(waiting);
  state->begin_those_with_room();
  state->look_at_waiting();
  co_await UntilEnded{*waiting, [state, waiting] { state->forget(waiting); }};
  co_return waiting->ran;
}

void Transfers::close() { state_->close(); }
std::size_t Transfers::running() const { return state_->running.size(); }
std::size_t Transfers::waiting() const { return state_->queue.size(); }

}  // namespace billing::outbound
