#include "platform/postgres/pipeline/core.hpp"

#include <algorithm>

#include "platform/runtime/log.hpp"

namespace billing::pg {

using namespace std::chrono_literals;

namespace {
/// Several statements may answer under one sync.
constexpr std::chrono::milliseconds neighbours_take = 5s;
}  // namespace

void Health::failed(const std::string& reason) {
  if (!std::exchange(down_, true)) log::warn("postgres_unreachable", {{"reason", reason}});
  reason_ = reason;
  backoff_ = std::clamp(backoff_ * 2, 50ms, 1'000ms);
  next_attempt_ = std::chrono::steady_clock::now() + backoff_;
}

void Health::succeeded() {
  if (std::exchange(down_, false)) log::info("postgres_reachable");
  backoff_ = 0ms;
  next_attempt_ = {};
}

Core::Core(boost::asio::io_context& event_loop, PoolOptions o) : io(event_loop), options(std::move(o)) {
  connect_words(options.url, options.application_name, {});  // a URL that is wrong is told of at once
}

std::shared_ptr<Connection> Core::connect(const Limits& limits, Connection::Owner owner) {
  auto connection =
      std::make_shared<Connection>(io, counters, limits.statement + std::min(limits.statement, neighbours_take) + answer_margin);
  connection->own(std::move(owner));
  watch(connection);
  connection->open(connect_words(options.url, options.application_name, limits), options.connect_timeout);
  return connection;
}

void Core::note_opened() {
  health.succeeded();
  if (lost_ == 0) return;
  --lost_;
  ++counters.reconnects;
}

void Core::note_lost(const std::string& reason, bool was_open) {
  if (closing) return;
  if (!was_open) return health.failed(reason);
  ++lost_;
  log::warn("postgres_connection_lost", {{"reason", reason}});
}

bool Core::waited_enough(SteadyTime now, SteadyTime since, bool served) const {
  const auto limit = health.down() && !served ? std::min(options.wait_timeout, 1'000ms) : options.wait_timeout;
  return now - since >= limit;
}

std::exception_ptr Core::gave_up(std::string_view what) const {
  const auto why = health.down() ? "PostgreSQL cannot be reached: " + health.reason() : "no connection was free in time";
  return std::make_exception_ptr(Unavailable{std::string{what} + ": " + why});
}

void Core::watch(std::shared_ptr<Link> link) {
  std::erase_if(links_, [](const auto& known) { return known.expired(); });
  links_.push_back(std::move(link));
}

void Core::close_overdue(SteadyTime now) {
  for (const auto& known : std::vector{links_}) {  // a copy: whoever hears of a loss may connect anew
    if (const auto link = known.lock(); link && link->overdue(now)) link->lose("it did not answer in time");
  }
}

void Core::close_all(const std::string& reason) {
  for (const auto& known : std::exchange(links_, {})) {
    if (const auto link = known.lock()) link->lose(reason);
  }
}

}  // namespace billing::pg
