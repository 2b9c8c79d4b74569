#pragma once

#include <functional>
#include <set>
#include <string>

#include "platform/observe/metrics.hpp"
#include "platform/outbound/http_client.hpp"
#include "platform/runtime/reactor.hpp"
#include "rooms/context.hpp"
#include "rooms/webhooks/store.hpp"

namespace billing::webhooks {

struct Batch;

/// Sends events to the endpoints, each by itself: one that is slow or dead delays no other. Any number of them may run, in as many processes; an endpoint
/// has one sender at a time. Holds no connection to PostgreSQL while it waits for a receiver.
class Sender {
 public:
  /// `context` gives one of now: the process' name in it is known only some time after the start.
  Sender(Reactor& reactor, Metrics& metrics, std::function<Context()> context, bool to_private);

  /// Looks a few times a second which endpoints there is something for, until `stopping`; ends when what was being sent has ended, or a moment later.
  Task<void> run(const bool& stopping);

 private:
  Task<void> serve_ready();
  Task<void> drive(EndpointId id);
  Task<bool> send_batch(EndpointId id);
  Task<void> send_all(const Claim& claim, Batch& batch);
  Task<void> send_one(const Claim& claim, Batch& batch, std::size_t place);

  Reactor& reactor_;
  std::function<Context()> context_;
  outbound::HttpClient client_;
  std::set<EndpointId> in_hand_;
  TaskGroup group_;
  bool stopping_ = false;
  std::string last_trouble_;
};

}  // namespace billing::webhooks
