#include "rooms/idempotency/idempotency.hpp"

#include "platform/http/problem.hpp"
#include "platform/json/build.hpp"
#include "rooms/idempotency/slots.hpp"
#include "rooms/numbers/store.hpp"

namespace billing::idempotency {
namespace {

constexpr std::int64_t pruned_at_once = 5'000;

using Step = std::function<Task<std::optional<http::Response>>(pg::Transaction&)>;

void send(pg::Transaction& tx, pg::Query query) { tx.send(query.statement, std::move(query.params)); }

/// Runs `step` under the key's lock and commits. When it throws, the lock is gone before the answer is: whoever repeats the request as soon as
/// it has the answer is not told to wait.
Task<std::optional<http::Response>> under_lock(Context& context, const Slot& slot, const Step& step) {
  auto tx = co_await context.db.begin();
  std::exception_ptr failure;
  std::optional<http::Response> response;
  try {
    auto found = std::move((co_await take(tx, context, {slot})).front());
    if (found.refused) std::rethrow_exception(found.refused);
    response = found.answer ? std::move(found.answer) : co_await step(tx);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await tx.rollback();
    std::rethrow_exception(failure);
  }
  co_await tx.commit();
  co_return response;
}

Task<http::Response> run_in_one_transaction(Context& context, const Slot& slot, const Work& work) {
  const Step step = [&](pg::Transaction& tx) -> Task<std::optional<http::Response>> {
    auto within = context.with(tx);
    auto response = co_await work(within);
    refuse_too_large(response);
    if (worth_keeping(response)) send(tx, keep(context, {{&slot, &response}}));
    co_return std::move(response);
  };
  auto response = co_await under_lock(context, slot, step);
  // What it made was numbered by the commit: after the answer was written.
  response->body = co_await numbers::fill_in(context.db, std::move(response->body));
  co_return *std::move(response);
}

constexpr pg::Statement delete_claim{"DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND status IS NULL"};

// As if it had run out: the repetition takes it over at once, and finds what the first request set out to do.
constexpr pg::Statement release_claim{"UPDATE idempotency_keys SET started_at = clock_timestamp() - " LONGEST_RUN
                                      " WHERE scope = $1 AND key = $2 AND status IS NULL"};

/// A refusal of 5xx is an answer to store, unless it asks to be repeated; any other gives the key back.
Task<http::Response> run_claimed(Context& context, const Slot& slot, const http::Request& request, const Work& work) {
  const Step claim = [&](pg::Transaction& tx) -> Task<std::optional<http::Response>> {
    send(tx, keep(context, {{&slot, nullptr}}));
    co_return std::nullopt;
  };
  if (auto stored = co_await under_lock(context, slot, claim)) co_return *std::move(stored);
  http::Response response;
  std::exception_ptr failure;
  try {
    response = co_await work(context);
  } catch (const Refusal& refusal) {
    response = http::problem(refusal, request.request_id);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure && worth_keeping(response)) {
    co_await context.db.query_all({keep(context, {{&slot, &response}})});
  } else if (!failure && asks_again(response)) {
    co_await context.db.query(release_claim, pg::Params{}.add(slot.scope).add(slot.key));
  } else {
    co_await context.db.query(delete_claim, pg::Params{}.add(slot.scope).add(slot.key));
  }
  if (failure) std::rethrow_exception(failure);
  co_return response;
}

}  // namespace

std::optional<std::string> key_of(const http::Request& request) {
  if (!request.has_header("Idempotency-Key")) return std::nullopt;
  auto key = request.header("Idempotency-Key");
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  if (key.empty()) throw Refusal(400, "bad_request", "The Idempotency-Key is empty: send some unique text, such as a UUID.");
  if (key.size() > 255) throw Refusal(400, "bad_request", "The Idempotency-Key is longer than 255 characters.");
  if (!json::is_utf8(key)) throw Refusal(400, "bad_request", "The Idempotency-Key is not UTF-8.");
  return std::string{key};
}

Task<http::Response> run_once(Context& context, const std::string& scope, const std::string& key, const http::Request& request, Mode mode,
                              const Work& work) {
  const Slot slot{scope, key, request};
  if (mode == Mode::claimed) co_return co_await run_claimed(context, slot, request, work);
  co_return co_await run_in_one_transaction(context, slot, work);
}

namespace {
constexpr pg::Statement keep_intent{R"(
  UPDATE idempotency_keys SET intent = coalesce(intent, $3) WHERE scope = $1 AND key = $2 AND status IS NULL RETURNING intent)"};
}

Task<std::string> first_intent(pg::Session& db, std::string scope, std::string key, std::string intent) {
  const auto rows = co_await db.query(keep_intent, pg::Params{}.add(scope).add(key).add(intent));
  co_return rows.empty() ? intent : std::string{rows[0].text(0)};
}

namespace {
/// Some at a time: one statement for all would hit its limit after a long pause, undo everything, and never catch up. A claim whose request runs, or died, stays a
/// real day: it may be moving the very clock that $1 is of.
constexpr pg::Statement delete_expired{R"(
  DELETE FROM idempotency_keys
  WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys
    WHERE created_at <= $1 AND (status IS NOT NULL OR started_at <= clock_timestamp() - interval '24 hours')
    LIMIT $2 FOR UPDATE SKIP LOCKED))",
                                       pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement select_expired{R"(
  SELECT EXISTS (SELECT FROM idempotency_keys
                 WHERE created_at <= $1 AND (status IS NOT NULL OR started_at <= clock_timestamp() - interval '24 hours')))"};
}  // namespace

Task<std::int64_t> prune(pg::Session& db, Instant now) {
  std::int64_t pruned = 0;
  for (std::int64_t last = pruned_at_once; last == pruned_at_once; pruned += last) {
    last = (co_await db.query(delete_expired, pg::Params{}.add(now - kept_for).add(pruned_at_once))).affected();
  }
  co_return pruned;
}

Task<bool> anything_expired(pg::Session& db, Instant now) {
  const auto rows = co_await db.query(select_expired, pg::Params{}.add(now - kept_for));
  co_return rows[0].boolean(0);
}

}  // namespace billing::idempotency
