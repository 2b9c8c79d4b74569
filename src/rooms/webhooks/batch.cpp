#include "rooms/webhooks/batch.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>

#include "platform/runtime/clock.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/events/objects.hpp"
#include "rooms/events/types.hpp"
#include "rooms/webhooks/endpoint_json.hpp"

namespace billing::webhooks {
namespace {

events::EventFilter filter_of(const Claim& claim) {
  if (!claim.types) return {.types = {}, .user = {}};
  // A type that only a newer version knows selects nothing here.
  return {.types = events::expand(*claim.types).value_or(std::vector<std::string>{}), .user = {}};
}

std::string test_body(const Endpoint& endpoint, const std::string& id, Instant now) {
  const boost::json::object data{{"object_kind", "webhook_endpoint"}, {"object_id", endpoint.id.text()}, {"object", to_json(endpoint)}};
  return boost::json::serialize(boost::json::object{
      {"id", id}, {"sequence", nullptr}, {"type", "webhook_endpoint.test"}, {"at", to_text(now)}, {"user_id", nullptr}, {"data", data}});
}

/// The events of rows that are due, as far as they are still kept.
Task<std::vector<events::Event>> events_of(pg::Session& db, const std::vector<DueDelivery>& due) {
  std::vector<std::int64_t> sequences;
  for (const auto& one : due) {
    if (one.sequence) sequences.push_back(*one.sequence);
  }
  if (sequences.empty()) co_return std::vector<events::Event>{};
  co_return co_await events::find_events(db, sequences);
}

}  // namespace

Task<Batch> load_batch(Context& context, const Claim& claim, std::int64_t most) {
  const auto due = co_await find_due(context.db, claim.id, most);
  const auto newest = (co_await events::kept(context.db)).newest;
  const auto room = most - std::ssize(due);
  std::vector<events::Event> fresh;
  if (room > 0 && newest >= claim.next_sequence) {
    fresh = co_await events::find_events(context.db, filter_of(claim), claim.next_sequence - 1, room);
  }
  auto all = co_await events_of(context.db, due);
  std::ranges::copy(fresh, std::back_inserter(all));
  const auto objects = co_await events::load_objects(context, all);

  Batch batch;
  for (const auto& one : due) {
    Message message{.delivery = one.id, .sequence = one.sequence, .attempts = one.attempts, .webhook_id = one.id.text(), .body = {}};
    const auto event = std::ranges::find_if(all, [&](const auto& candidate) { return candidate.sequence == one.sequence; });
    if (event != all.end()) {
      message.webhook_id = event->id;
      message.body = boost::json::serialize(events::to_json(*event, objects));
    } else if (!one.sequence) {
      message.body = test_body(co_await require_endpoint(context.db, claim.id), message.webhook_id, SystemClock{}.now());
    }
    batch.messages.push_back(std::move(message));
  }
  for (const auto& event : fresh) {
    batch.messages.push_back({.delivery = DeliveryId{new_uuid7()},
                              .is_new = true,
                              .sequence = event.sequence,
                              .webhook_id = event.id,
                              .body = boost::json::serialize(events::to_json(event, objects))});
  }
  batch.judgments.resize(batch.messages.size());
  batch.full = std::cmp_greater_equal(batch.messages.size(), most);
  const bool all_seen = room > 0 && std::cmp_less(fresh.size(), room);
  batch.next_sequence = all_seen ? std::max(newest + 1, claim.next_sequence) : claim.next_sequence;
  if (!fresh.empty()) batch.next_sequence = std::max(batch.next_sequence, fresh.back().sequence + 1);
  co_return batch;
}

Finished finished(const Batch& batch) {
  Finished end{.next_sequence = batch.next_sequence};
  for (std::size_t i = 0; i < batch.messages.size(); ++i) {
    const auto& judgment = batch.judgments[i];
    if (!judgment) {
      if (batch.messages[i].is_new) end.next_sequence = std::min(end.next_sequence, *batch.messages[i].sequence);
      continue;
    }
    const bool succeeded = judgment->attempted.status == DeliveryStatus::succeeded;
    end.any_succeeded = end.any_succeeded || succeeded;
    end.any_failed = end.any_failed || (!succeeded && batch.messages[i].body);
    if (judgment->hold) end.hold = std::max(end.hold.value_or(std::chrono::seconds{0}), *judgment->hold);
    end.gone = end.gone || judgment->gone;
  }
  return end;
}

Task<std::optional<std::string>> body_of(Context& context, const Delivery& delivery) {
  if (!delivery.sequence) {
    co_return test_body(co_await require_endpoint(context.db, delivery.endpoint), delivery.id.text(), delivery.created_at);
  }
  const auto found = co_await events::find_events(context.db, {*delivery.sequence});
  if (found.empty()) co_return std::nullopt;
  co_return boost::json::serialize(events::to_json(found.front(), co_await events::load_objects(context, found)));
}

}  // namespace billing::webhooks
