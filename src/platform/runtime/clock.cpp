#include "platform/runtime/clock.hpp"

namespace billing {

Instant SystemClock::now() const { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

void SimulatedClock::set(Instant to) {
  const auto wanted = to.time_since_epoch().count();
  auto current = now_.load();
  while (current < wanted && !now_.compare_exchange_weak(current, wanted)) {
  }
}

}  // namespace billing
