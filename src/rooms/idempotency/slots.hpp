#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::idempotency {

/// Where the answer to a request is kept.
struct Slot {
  Slot(std::string_view scope_, std::string key_, const http::Request& request);

  std::string scope;  // keeps the keys of one client from another's
  std::string key;
  std::string request_hash;
};

/// What was found in a slot by a transaction that takes it: an answer that is to be given again, why there is none, or neither: its request is the first.
struct Found {
  std::optional<http::Response> answer;
  std::exception_ptr refused;  // by a Refusal

  bool is_free() const { return !answer && !refused; }
};

/// Locks slots until the transaction ends, and looks into them. Nobody is waited for: a slot that somebody else has is refused with 409, unless its answer is there. No two of them may be the same.
Task<std::vector<Found>> take(pg::Transaction& tx, const Context& context, const std::vector<Slot>& slots);

/// What is kept in a slot: an answer, or nullptr while its request runs.
struct Kept {
  const Slot* slot;
  const http::Response* answer;
};
/// Within a transaction that has taken them, or by itself for a slot whose claim is there.
pg::Query keep(const Context& context, const std::vector<Kept>& kept);

/// 2xx and 5xx, unless it asks to be repeated: the repetition is to find out what came of it.
bool worth_keeping(const http::Response& response);
bool asks_again(const http::Response& response);
/// Refusal 422 where the answer is larger than what is kept; while its work can still be undone.
void refuse_too_large(const http::Response& response);

/// No request runs for longer: an older claim is that of a process that died, if nothing has told so before.
#define LONGEST_RUN "interval '2 minutes'"
inline constexpr auto kept_for = std::chrono::hours{24};

}  // namespace billing::idempotency
