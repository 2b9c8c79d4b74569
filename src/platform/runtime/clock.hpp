#pragma once

#include <atomic>

#include "base/time.hpp"

namespace billing {

/// The one source of time for everything that bills. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual bool simulated() const = 0;
  Date today() const { return date_of(now()); }
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  bool simulated() const override { return false; }
};

/// Stands still between moves. The database holds the truth; whoever moves it there calls `set`.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Instant start) : now_(start.time_since_epoch().count()) {}
  Instant now() const override { return Instant{std::chrono::microseconds{now_.load()}}; }
  bool simulated() const override { return true; }
  /// Never backwards: an earlier instant is ignored.
  void set(Instant to);

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace billing
