#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::idempotency {

/// How a route's work and its stored answer are held together.
enum class Mode : std::uint8_t {
  one_transaction,  // the work joins the transaction that stores the answer: both or neither
  claimed,          // the work commits by itself along the way (a provider is called); its own keys make a repetition harmless
  shared,           // as one_transaction, but the route's handler sees to it, for several requests in one transaction (slots.hpp)
  ignored,          // each time anew: it changes nothing, or its answer is a secret that must not be kept
};

/// The key of `Idempotency-Key: k` or `"k"`; nullopt without the header. Refusal 400 when it is empty or longer than 255 characters.
std::optional<std::string> key_of(const http::Request& request);

using Work = std::function<Task<http::Response>(Context&)>;

/// Runs `work` once for a key: the same request again is answered with the stored answer (`Idempotency-Replayed: true`), another request 422, one
/// that comes while the first is running 409. Answers of 2xx and 5xx are stored for 24 hours; refusals are not, nor what carries Retry-After.
/// `scope` keeps the keys of one client from another's.
Task<http::Response> run_once(Context& context, const std::string& scope, const std::string& key, const http::Request& request, Mode mode,
                              const Work& work);

/// What the first request under this key set out to do, which a later one that takes it up after a crash is to finish: `intent` when this is
/// the first. Of requests that run `claimed`.
Task<std::string> first_intent(pg::Session& db, std::string scope, std::string key, std::string intent);

/// Deletes what is older than 24 hours; returns how many.
Task<std::int64_t> prune(pg::Session& db, Instant now);
/// Whether there is something to prune.
Task<bool> anything_expired(pg::Session& db, Instant now);

}  // namespace billing::idempotency
