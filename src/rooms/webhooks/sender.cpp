#include "rooms/webhooks/sender.hpp"

#include <utility>

#include "platform/runtime/clock.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/webhooks/batch.hpp"

namespace billing::webhooks {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto between_looks = 250ms;
constexpr std::int64_t most_ready = 200;   // endpoints that are looked for at once
constexpr std::size_t most_in_hand = 500;  // endpoints that are sent to at the same time
constexpr std::int64_t most_a_batch = 100;
constexpr std::int64_t most_while_failing = 4;  // then at the same time: what fails is in no order anyway
/// What was sent is written down, and what is to be sent read anew, about as often.
constexpr auto longest_batch = 1s;
constexpr auto patience_at_the_end = 3s;

outbound::HttpClientOptions client_options(bool to_private) {
  return {.public_only = !to_private,
          .plain = outbound::PlainHttp::anywhere,
          .most_body = 16 << 10,
          .most_running = most_in_hand,
          .most_running_per_host = 64,
          .most_waiting = 2'000};
}

std::vector<Attempted> attempted_of(const Batch& batch) {
  std::vector<Attempted> attempted;
  for (const auto& judgment : batch.judgments) {
    if (judgment) attempted.push_back(judgment->attempted);
  }
  return attempted;
}

}  // namespace

Sender::Sender(Reactor& reactor, Metrics& metrics, std::function<Context()> context, bool to_private)
    : reactor_(reactor), context_(std::move(context)), client_(reactor, metrics, client_options(to_private)) {}

Task<void> Sender::run(const bool& stopping) {
  while (!stopping) {
    std::string trouble;
    try {
      co_await serve_ready();
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (trouble != std::exchange(last_trouble_, trouble) && !trouble.empty()) log::warn("webhooks_not_looked_for", {{"error", trouble}});
    co_await reactor_.sleep(between_looks);
  }
  stopping_ = true;
  const auto until = SteadyClock::now() + patience_at_the_end;
  while (group_.active() > 0 && SteadyClock::now() < until) co_await reactor_.sleep(20ms);
  client_.close();
  co_await group_.join();
}

Task<void> Sender::serve_ready() {
  for (const auto& id : co_await find_ready(context_().db, most_ready)) {
    if (in_hand_.size() >= most_in_hand) break;
    if (in_hand_.insert(id).second) group_.spawn(drive(id));
  }
}

Task<void> Sender::drive(EndpointId id) {
  try {
    while (!stopping_ && co_await send_batch(id)) {
    }
  } catch (const std::exception& error) {  // its claim runs out
    log::warn("webhooks_not_sent", {{"endpoint_id", id.text()}, {"error", error.what()}});
  }
  in_hand_.erase(id);
}

/// Whether there may be more that is to be sent at once.
Task<bool> Sender::send_batch(EndpointId id) {
  auto context = context_();
  const auto claimed = co_await claim(context, id);
  if (!claimed) co_return false;
  auto batch = co_await load_batch(context, *claimed, claimed->failing ? most_while_failing : most_a_batch);
  co_await send_all(*claimed, batch);
  const auto end = finished(batch);
  const auto attempted = attempted_of(batch);
  if (!co_await finish(context.db, *claimed, end, attempted)) {
    log::warn("webhook_claim_lost", {{"endpoint_id", id.text()}, {"sent", attempted.size()}});
    co_return false;
  }
  for (const auto& one : attempted) {
    context.metrics.count("webhook_deliveries", {{"outcome", one.status == DeliveryStatus::succeeded ? "succeeded" : "failed"}});
  }
  const bool all = attempted.size() == batch.messages.size();
  co_return (batch.full || !all) && !end.gone && !end.hold && (end.any_succeeded || !end.any_failed);
}

Task<void> Sender::send_all(const Claim& claim, Batch& batch) {
  const auto until = SteadyClock::now() + longest_batch;
  if (claim.failing) {
    TaskGroup together;
    for (std::size_t i = 0; i < batch.messages.size(); ++i) together.spawn(send_one(claim, batch, i));
    co_await together.join();
    co_return;
  }
  for (std::size_t i = 0; i < batch.messages.size(); ++i) {
    if (i > 0 && (stopping_ || SteadyClock::now() >= until)) co_return;
    co_await send_one(claim, batch, i);
    const auto& judgment = batch.judgments[i];
    if (!judgment || judgment->hold || judgment->gone) co_return;
  }
}

Task<void> Sender::send_one(const Claim& claim, Batch& batch, std::size_t place) {
  const auto& message = batch.messages[place];
  if (!message.body) {
    batch.judgments[place] = Judgment{.attempted = given_up(message)};
    co_return;
  }
  const auto began = SteadyClock::now();
  const auto result = co_await client_.send(request_of(claim, message, SystemClock{}.now()));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
  batch.judgments[place] = judge(message, result, took, SystemClock{}.now());
}

}  // namespace billing::webhooks
