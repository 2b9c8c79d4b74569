#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/redis/client.hpp"
#include "platform/runtime/reactor.hpp"

namespace billing::queue {

/// A ring says "these rows may be due": a job's name and ids. It is only a hint: whoever takes it locks the rows and checks
/// that they are still due. Lost rings are rung again by the schedule; repeated ones do nothing.
struct Ring {
  std::string job;
  std::vector<std::string> ids;
};

/// One Redis Stream, `billing:<installation>:jobs`, with one consumer group (`workers`).
class Queue {
 public:
  Queue(Reactor& reactor, redis::Client& client, std::string stream);

  const std::string& stream() const { return stream_; }

  /// XADD, without waiting. Split into entries of at most `ids_per_entry`. A failure is logged and counted; nothing is lost by it.
  void ring(std::string_view job, const std::vector<std::string>& ids, std::size_t ids_per_entry = 200);

  struct Depth {
    std::int64_t waiting = 0;     // entries that no worker has taken
    std::int64_t in_flight = 0;   // taken and not acknowledged
    std::int64_t lag_ms = 0;      // age of the oldest entry in the stream
  };
  Task<Depth> depth();

 private:
  redis::Client& client_;
  std::string stream_;
};

struct WorkerOptions {
  std::string redis_url;
  std::string stream;                              // as the Queue's
  std::string consumer;                            // unique among the workers: host-pid-core
  std::size_t concurrency = 16;                     // rings handled at the same time
  std::size_t ids_together = 1;                     // small rings of one job that come together are handled as one, up to so many ids
  std::chrono::milliseconds claim_after{60'000};     // a ring that a worker has held this long is taken over (XAUTOCLAIM)
};

/// Reads the stream through the group until `stop`: XREADGROUP, `handle`, then XACK and XDEL. A ring whose handling throws is
/// logged and acknowledged too: its rows are still due, the schedule rings again. Makes the stream and the group where they are missing, and
/// goes on by itself after Redis was away or emptied.
class Worker {
 public:
  Worker(Reactor& reactor, WorkerOptions options, std::function<Task<void>(Ring)> handle);
  ~Worker();

  void start();
  /// Takes no more rings, finishes those in hand; resumes when done or after `grace`.
  Task<void> stop(std::chrono::milliseconds grace);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace billing::queue
