#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rooms/webhooks/store.hpp"

namespace billing::webhooks {

using DeliveryId = Id<struct DeliveryTag>;

enum class DeliveryStatus : std::uint8_t { pending, succeeded, failed };
using billing::to_text;  // beside the one below
std::string_view to_text(DeliveryStatus status);
std::optional<DeliveryStatus> parse_delivery_status(std::string_view text);

/// What was sent to an endpoint, or is to be sent again.
struct Delivery {
  DeliveryId id;
  EndpointId endpoint;
  std::string kind;  // event, replay, test
  std::optional<std::int64_t> sequence;
  std::optional<std::string> event_id;  // nullopt: a test, or an event that is no longer kept
  std::optional<std::string> type;
  DeliveryStatus status;
  std::int64_t attempts;
  std::optional<Instant> due_at;
  std::optional<Instant> attempted_at;
  std::optional<std::int64_t> took_ms;
  std::optional<std::int64_t> answer;  // HTTP status
  std::optional<std::string> answer_body;
  std::optional<std::string> error;
  Instant created_at;
};
/// Newest first.
Task<std::vector<Delivery>> find_deliveries(pg::Session& db, EndpointId endpoint, std::optional<DeliveryStatus> status,
                                            std::optional<std::string> after, std::int64_t limit);
/// Throws 404 for an unknown one.
Task<Delivery> require_delivery(pg::Session& db, DeliveryId id);

/// It is due now.
Task<void> insert_test(Context& context, EndpointId endpoint, DeliveryId id);
/// Events of these types from one sequence to another are due now, once more; how many. nullopt: more than `most`, and none is.
Task<std::optional<std::int64_t>> insert_replay(Context& context, EndpointId endpoint, const std::optional<std::vector<std::string>>& types,
                                                std::int64_t from, std::optional<std::int64_t> to, std::int64_t most);
/// Whatever became of it, it is due now. Throws 404 for an unknown one.
Task<void> send_again(Context& context, DeliveryId id);

/// A row that is due.
struct DueDelivery {
  DeliveryId id;
  std::optional<std::int64_t> sequence;
  std::int64_t attempts;
};
/// Longest due first, of one instant by sequence.
Task<std::vector<DueDelivery>> find_due(pg::Session& db, EndpointId endpoint, std::int64_t limit);

/// What an attempt came to.
struct Attempted {
  DeliveryId id;
  bool is_new = false;  // has no row yet
  std::optional<std::int64_t> sequence;
  DeliveryStatus status = DeliveryStatus::pending;
  std::int64_t attempts = 0;
  std::optional<std::chrono::seconds> again_after{};  // of pending ones
  std::chrono::milliseconds took{};
  std::optional<std::int64_t> answer{};
  std::optional<std::string> answer_body{};
  std::optional<std::string> error{};
};
/// How a batch ended.
struct Finished {
  std::int64_t next_sequence;
  bool any_succeeded = false;
  bool any_failed = false;
  std::optional<std::chrono::seconds> hold{};  // they asked not to be called before
  bool gone = false;                           // they want no more
};
/// Writes all of it down and gives the claim back, in one statement; false when the claim was over, and nothing is written.
Task<bool> finish(pg::Session& db, const Claim& claim, const Finished& finished, const std::vector<Attempted>& attempted);

/// Deletes deliveries of events that are no longer kept, tests that old, and what is left of deleted endpoints, some at a time.
Task<std::int64_t> prune(pg::Session& db, std::chrono::days keep);
Task<bool> anything_to_prune(pg::Session& db, std::chrono::days keep);

}  // namespace billing::webhooks
