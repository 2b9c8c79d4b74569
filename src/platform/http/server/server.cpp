#include "platform/http/server/server.hpp"

#include "platform/http/server/connection.hpp"
#include "platform/http/server/listen.hpp"
#include "platform/runtime/log.hpp"

namespace billing::http {
namespace {

using namespace std::chrono_literals;

/// Often enough for the shortest of the timeouts, and never a burden.
std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  const auto shortest = std::min({options.idle_timeout, options.read_timeout, options.write_timeout});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, 10ms, 250ms);
}

bool out_of_resources(const ErrorCode& error) {
  return error == boost::system::errc::too_many_files_open || error == boost::system::errc::too_many_files_open_in_system ||
         error == boost::system::errc::no_buffer_space || error == boost::system::errc::not_enough_memory;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  Reactor& reactor;
  Acceptor acceptor;
  std::uint16_t port;
  Timer sweep_timer;
  Timer accept_timer;
  Shared shared;
  TaskGroup tasks;
  bool over = false;

  State(Reactor& on, ServerOptions options, Service service)
      : reactor(on),
        acceptor(listen_on(on.io(), options)),
        port(acceptor.local_endpoint().port()),
        sweep_timer(on.io()),
        accept_timer(on.io()),
        shared(std::move(options), std::move(service)) {}

  void accept();
  void accepted(const ErrorCode& error, Socket socket);
  void take(Socket socket);
  void take_all_who_wait();
  void sweep();
  Task<void> let_in_the_last();
  void stop_accepting();
  void close_all();
};

void Server::State::accept() {
  acceptor.async_accept([weak = weak_from_this()](const ErrorCode& error, Socket socket) {
    if (const auto state = weak.lock()) state->accepted(error, std::move(socket));
  });
}

void Server::State::accepted(const ErrorCode& error, Socket socket) {
  if (over) return;
  if (!error) take(std::move(socket));  // also when `drain` has closed the acceptor since: this client was let in before
  if (!acceptor.is_open()) return;
  if (out_of_resources(error)) {  // the connection stays in the backlog: asking again at once would only spin
    log::warn("accept_failed", {{"error", error.message()}});
    accept_timer.expires_after(100ms);
    accept_timer.async_wait([weak = weak_from_this()](const ErrorCode& stopped) {
      const auto state = weak.lock();
      if (state && !stopped) state->accept();
    });
    return;
  }
  accept();
}

void Server::State::take(Socket socket) {
  if (shared.connections.size() >= shared.options.max_connections) return;
  tasks.spawn(Connection::serve({shared_from_this(), &shared}, std::move(socket)));
}

void Server::State::take_all_who_wait() {
  ErrorCode error;
  while (acceptor.is_open() && !error) {
    Socket socket(reactor.io());
    acceptor.accept(socket, error);
    if (!error) take(std::move(socket));
  }
}

void Server::State::sweep() {
  const auto now = std::chrono::steady_clock::now();
  shared.note_time(now);
  for (auto* connection : shared.connections) connection->enforce_deadline(now);
  sweep_timer.expires_after(sweep_interval(shared.options));
  sweep_timer.async_wait([weak = weak_from_this()](const ErrorCode& stopped) {
    const auto state = weak.lock();
    if (state && !stopped) state->sweep();
  });
}

void Server::State::stop_accepting() {
  ErrorCode ignored;
  acceptor.close(ignored);
  accept_timer.cancel();
}

void Server::State::close_all() {
  for (auto* connection : shared.connections) connection->close();
}

Server::Server(Reactor& reactor, ServerOptions options, Service service)
    : state_(std::make_shared<State>(reactor, std::move(options), std::move(service))) {
  state_->accept();
  state_->sweep();
}

Server::~Server() {
  state_->over = true;
  state_->stop_accepting();
  state_->sweep_timer.cancel();
  state_->close_all();
}

Task<void> Server::State::let_in_the_last() {
  constexpr std::chrono::milliseconds longest_handshake = 250ms;
  if (!shared.options.socket) {  // another's socket keeps its queue for whoever comes after us
    ignore_newcomers(acceptor);
    co_await reactor.sleep(std::min(shared.farewell, longest_handshake));
    take_all_who_wait();
  }
  stop_accepting();
}

Task<void> Server::drain(std::chrono::milliseconds grace, std::chrono::milliseconds farewell) {
  constexpr auto look_again = 10ms;
  const auto state = state_;
  const auto now = std::chrono::steady_clock::now();
  const auto deadline = now + grace;
  state->shared.draining = true;
  state->shared.farewell = farewell;
  for (auto* connection : state->shared.connections) connection->expect_the_last(now);
  co_await state->let_in_the_last();
  while (state->tasks.active() > 0 && std::chrono::steady_clock::now() < deadline) co_await state->reactor.sleep(look_again);
  if (state->tasks.active() == 0) co_return;
  log::warn("connections_closed_by_force", {{"count", state->tasks.active()}});
  state->close_all();
  co_await state->reactor.sleep(look_again);  // what was closed unwinds; a handler that still runs is left to end on its own
}

std::size_t Server::connections() const { return state_->shared.connections.size(); }

std::uint16_t Server::port() const { return state_->port; }

}  // namespace billing::http
