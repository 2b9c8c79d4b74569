#pragma once

#include <vector>

#include "rooms/webhooks/attempt.hpp"

namespace billing::webhooks {

/// What is sent to an endpoint under one claim: first what is due again, then what it has not been sent yet, in its order.
struct Batch {
  std::vector<Message> messages;
  std::vector<std::optional<Judgment>> judgments;  // of those that were sent, at their places
  std::int64_t next_sequence = 0;                  // once all of them are sent
  bool full = false;                               // there may be more
};

/// Everything in it as GET shows it now.
Task<Batch> load_batch(Context& context, const Claim& claim, std::int64_t most);

/// Where the endpoint stands after what was sent of the batch.
Finished finished(const Batch& batch);

/// What a message about an event, or a test, says.
Task<std::optional<std::string>> body_of(Context& context, const Delivery& delivery);

}  // namespace billing::webhooks
