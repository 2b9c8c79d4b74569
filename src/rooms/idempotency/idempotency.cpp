#include "rooms/idempotency/idempotency.hpp"

#include <algorithm>

#include "platform/http/problem.hpp"
#include "platform/json/build.hpp"
#include "platform/runtime/digest.hpp"
#include "rooms/numbers/store.hpp"

namespace billing::idempotency {
namespace {

constexpr auto kept_for = std::chrono::hours{24};
constexpr std::int64_t pruned_at_once = 5'000;
constexpr std::size_t largest_kept = 4 * 1024 * 1024;  // of an answer's body
struct Stored {
  std::string request_hash;
  std::optional<std::int64_t> status;  // nullopt: running
  std::string content_type;
  std::string body;
  std::string headers;
  Instant created_at;
  bool running;  // somebody is at it, as far as PostgreSQL can tell
};

/// "Name: value" lines, as they were sent.
std::string header_lines(const http::Response& response) {
  std::string lines;
  for (const auto& [name, value] : response.headers) lines += name + ": " + value + "\n";
  return lines;
}

void set_headers(http::Response& response, std::string_view lines) {
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const auto colon = line.find(": ");
    response.set(std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)});
  }
}

std::string hash_of(const http::Request& request) {
  std::string text{request.method_text};
  text += ' ';
  text += request.path;
  text += '?';
  text += request.query;
  text += '\n';
  text += request.body;
  return sha256_hex(text);
}

Refusal still_running() {
  Refusal refusal = conflict("idempotency_running", "The first request with this Idempotency-Key is still running: try again in a moment.");
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

/// Thrown while the work can still be undone.
void refuse_too_large(const http::Response& response) {
  if (response.body.size() <= largest_kept) return;
  throw Refusal(422, "answer_too_large",
                "The answer is larger than the 4 MiB that are kept for an Idempotency-Key: ask for less at once. Nothing was done.");
}

/// That is no answer to keep: the repetition is to find out what came of it.
bool asks_again(const http::Response& response) {
  return std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
}

bool worth_storing(const http::Response& response) {
  if (asks_again(response)) return false;
  return (response.status >= 200 && response.status < 300) || response.status >= 500;
}

constexpr pg::Statement try_lock{"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"};
// No request runs for two minutes: an older claim is that of a process that died, if nothing has told so before.
#define LONGEST_RUN "interval '2 minutes'"
constexpr pg::Statement select_stored{R"(
  SELECT request_hash, status, content_type, body, headers, created_at,
         status IS NULL AND started_at > clock_timestamp() - )" LONGEST_RUN
                                      R"( AND NOT process_is_gone(CASE WHEN status IS NULL THEN process END)
  FROM idempotency_keys WHERE scope = $1 AND key = $2)"};

Task<std::optional<Stored>> find_stored(pg::Session& db, const std::string& scope, const std::string& key) {
  const auto rows = co_await db.query(select_stored, pg::Params{}.add(scope).add(key));
  if (rows.empty()) co_return std::nullopt;
  const auto row = rows[0];
  co_return Stored{std::string{row.text(0)},
                   row.optional_integer(1),
                   row.optional_text(2).value_or(""),
                   row.optional_text(3).value_or(""),
                   row.optional_text(4).value_or(""),
                   row.instant(5),
                   row.boolean(6)};
}

/// The stored answer; nullopt when there is none that counts any more. Refuses another request under the same key.
std::optional<http::Response> replay(const std::optional<Stored>& stored, const std::string& request_hash, Instant now) {
  if (!stored || stored->created_at + kept_for <= now) return std::nullopt;
  if (stored->request_hash != request_hash) {
    throw Refusal(422, "idempotency_mismatch", "This Idempotency-Key was used for another request: choose a new key for a new request.");
  }
  if (stored->running) throw still_running();
  if (!stored->status) return std::nullopt;
  http::Response response;
  response.status = static_cast<int>(*stored->status);
  response.content_type = stored->content_type;
  response.body = stored->body;
  set_headers(response, stored->headers);
  response.set("Idempotency-Replayed", "true");
  return response;
}

constexpr pg::Statement upsert{R"(
  INSERT INTO idempotency_keys AS k (scope, key, request_hash, status, content_type, body, headers, created_at, started_at, process)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), $9)
  ON CONFLICT (scope, key) DO UPDATE
  SET request_hash = excluded.request_hash, status = excluded.status, content_type = excluded.content_type, body = excluded.body, headers = excluded.headers,
      created_at = excluded.created_at, started_at = excluded.started_at, process = excluded.process,
      intent = CASE WHEN k.status IS NULL AND k.request_hash = excluded.request_hash THEN k.intent END)"};

struct Slot {
  const std::string& scope;
  const std::string& key;
  std::string request_hash;

  pg::Params row(const Context& context, const http::Response* response) const {
    pg::Params params;
    params.add(scope).add(key).add(request_hash);
    if (response) {
      params.add(response->status).add(response->content_type).add(response->body).add(header_lines(*response));
    } else {
      params.add_null().add_null().add_null().add_null();
    }
    return std::move(params.add(context.clock.now()).add(context.process));
  }
};

/// Takes the key for this transaction; false when somebody else has it, who may only be reading the answer as well.
Task<bool> lock_slot(pg::Transaction& tx, const Slot& slot) {
  const auto locked = co_await tx.query(try_lock, pg::Params{}.add("idempotency:" + slot.scope + ":" + slot.key));
  co_return locked[0].boolean(0);
}

using Step = std::function<Task<std::optional<http::Response>>(pg::Transaction&)>;

/// Runs `step` under the key's lock and commits. When it throws, the lock is gone before the answer is: whoever repeats the request as soon as
/// it has the answer is not told to wait.
Task<std::optional<http::Response>> under_lock(Context& context, const Slot& slot, const Step& step) {
  auto tx = co_await context.db.begin();
  std::exception_ptr failure;
  std::optional<http::Response> response;
  try {
    const bool locked = co_await lock_slot(tx, slot);
    response = replay(co_await find_stored(tx, slot.scope, slot.key), slot.request_hash, context.clock.now());
    if (!response && !locked) throw still_running();
    if (!response) response = co_await step(tx);
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
    if (worth_storing(response)) tx.send(upsert, slot.row(context, &response));
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
    tx.send(upsert, slot.row(context, nullptr));
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
  if (!failure && worth_storing(response)) {
    co_await context.db.query(upsert, slot.row(context, &response));
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
  const Slot slot{scope, key, hash_of(request)};
  if (mode == Mode::ignored) co_return co_await work(context);
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
