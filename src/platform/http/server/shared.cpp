#include "platform/http/server/connection.hpp"

namespace billing::http {

Shared::Shared(ServerOptions given, Service asked)
    : options(std::move(given)),
      service(std::move(asked)),
      limits{options.max_header_bytes, service.body_limit, options.max_held_body_bytes, [this](std::size_t n) { return make_room(n); }} {}

void Shared::note_time(std::chrono::steady_clock::time_point now) {
  constexpr auto stood_still = std::chrono::seconds{1};
  constexpr auto doubtful_for = std::chrono::seconds{10};
  if (now - last_sweep > stood_still) doubtful_until = now + doubtful_for;
  last_sweep = now;
}

bool Shared::make_room(std::size_t needed) {
  const auto now = std::chrono::steady_clock::now();
  while (limits.held_body_bytes + needed > limits.max_held_body_bytes) {
    Connection* slowest = nullptr;
    double least = 0;
    for (auto* connection : connections) {
      const auto rate = connection->body_rate(now);
      if (!rate || (slowest && *rate >= least)) continue;
      slowest = connection;
      least = *rate;
    }
    if (!slowest) return false;
    slowest->evict();
  }
  return true;
}

}  // namespace billing::http
