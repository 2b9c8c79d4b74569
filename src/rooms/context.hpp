#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/documents/documents.hpp"
#include "platform/postgres/session.hpp"
#include "platform/runtime/clock.hpp"
#include "platform/runtime/task.hpp"

namespace billing {

namespace queue {
class Queue;
}
namespace redis {
class Client;
}
class Metrics;

/// What a handler or a job has at hand: the world, and on whose behalf it acts.
struct Context {
  pg::Session& db;  // the pool; or, for a POST with an Idempotency-Key, the transaction that will also hold its stored answer
  const Clock& clock;
  queue::Queue& queue;
  redis::Client& redis;
  Metrics& metrics;
  std::string_view installation;  // names this installation's keys in Redis, which others may share
  std::string_view actor;         // for the audit: "key:<name>", "anonymous", "worker", "schedule"

  std::string_view key_id{};      // of the API key that acts; empty: none does
  std::optional<std::string> process{};  // this process' name for `process_is_gone`, as long as others can tell when it dies

  const SmallestInvoice* smallest = nullptr;  // what an invoice must come to, by currency; none: nothing

  /// The same, with its statements in `session`.
  Context with(pg::Session& session) const {
    return {session, clock, queue, redis, metrics, installation, actor, key_id, process, smallest};
  }
};

}  // namespace billing
