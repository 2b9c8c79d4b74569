#include "rooms/idempotency/slots.hpp"

#include <algorithm>

#include "platform/runtime/digest.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::idempotency {
namespace {

constexpr std::size_t largest_kept = 4 * 1024 * 1024;  // of an answer's body

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

Refusal still_running() {
  Refusal refusal = conflict("idempotency_running", "The first request with this Idempotency-Key is still running: try again in a moment.");
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

constexpr pg::Statement try_locks{"SELECT pg_try_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS slots (name)"};
// In a statement after the locks: it sees what whoever held them before has kept. LATERAL … OFFSET 0: one by one over the index.
constexpr pg::Statement select_kept{R"(
  SELECT k.request_hash, k.status, k.content_type, k.body, k.headers, k.created_at,
         k.status IS NULL AND k.started_at > clock_timestamp() - )" LONGEST_RUN
                                    R"( AND NOT process_is_gone(CASE WHEN k.status IS NULL THEN k.process END)
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS slots (scope, key, n)
  LEFT JOIN LATERAL (SELECT * FROM idempotency_keys WHERE scope = slots.scope AND key = slots.key OFFSET 0) AS k ON true
  ORDER BY n)"};

http::Response kept_answer(pg::Row row) {
  http::Response response;
  response.status = static_cast<int>(row.integer(1));
  response.content_type = row.optional_text(2).value_or("");
  response.body = row.optional_text(3).value_or("");
  set_headers(response, row.optional_text(4).value_or(""));
  response.set("Idempotency-Replayed", "true");
  return response;
}

Found found_in(const Slot& slot, pg::Row row, bool locked, Instant now) {
  const auto free = locked ? Found{} : Found{.answer = {}, .refused = std::make_exception_ptr(still_running())};
  if (row.is_null(0) || row.instant(5) + kept_for <= now) return free;
  if (row.text(0) != slot.request_hash) {
    return {.answer = {},
            .refused = std::make_exception_ptr(Refusal(
                422, "idempotency_mismatch", "This Idempotency-Key was used for another request: choose a new key for a new request."))};
  }
  if (row.boolean(6)) return {.answer = {}, .refused = std::make_exception_ptr(still_running())};
  if (row.is_null(1)) return free;
  return {.answer = kept_answer(row), .refused = {}};
}

constexpr pg::Statement upsert{R"(
  INSERT INTO idempotency_keys AS k (scope, key, request_hash, status, content_type, body, headers, created_at, started_at, process)
  SELECT scope, key, request_hash, status, content_type, body, headers, $8, clock_timestamp(), $9
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
    AS kept (scope, key, request_hash, status, content_type, body, headers)
  ON CONFLICT (scope, key) DO UPDATE
  SET request_hash = excluded.request_hash, status = excluded.status, content_type = excluded.content_type, body = excluded.body, headers = excluded.headers,
      created_at = excluded.created_at, started_at = excluded.started_at, process = excluded.process,
      intent = CASE WHEN k.status IS NULL AND k.request_hash = excluded.request_hash THEN k.intent END)"};

}  // namespace

Slot::Slot(std::string_view scope_, std::string key_, const http::Request& request)
    : scope(scope_), key(std::move(key_)), request_hash(hash_of(request)) {}

Task<std::vector<Found>> take(pg::Transaction& tx, const Context& context, const std::vector<Slot>& slots) {
  std::vector<std::string> names, scopes, keys;
  for (const auto& slot : slots) {
    names.push_back("idempotency:" + slot.scope + ":" + slot.key);
    scopes.push_back(slot.scope);
    keys.push_back(slot.key);
  }
  const auto rows =
      co_await tx.query_all({{try_locks, pg::Params{}.add_array(names)}, {select_kept, pg::Params{}.add_array(scopes).add_array(keys)}});
  const auto now = context.clock.now();
  std::vector<Found> found;
  for (std::size_t n = 0; n < slots.size(); ++n) found.push_back(found_in(slots[n], rows[1][n], rows[0][n].boolean(0), now));
  co_return found;
}

pg::Query keep(const Context& context, const std::vector<Kept>& kept) {
  std::vector<std::string> scopes, keys, hashes;
  std::vector<std::optional<std::int64_t>> statuses;
  std::vector<std::optional<std::string>> types, bodies, headers;
  for (const auto& [slot, answer] : kept) {
    scopes.push_back(slot->scope);
    keys.push_back(slot->key);
    hashes.push_back(slot->request_hash);
    statuses.push_back(answer ? std::optional{std::int64_t{answer->status}} : std::nullopt);
    types.push_back(answer ? std::optional{answer->content_type} : std::nullopt);
    bodies.push_back(answer ? std::optional{answer->body} : std::nullopt);
    headers.push_back(answer ? std::optional{header_lines(*answer)} : std::nullopt);
  }
  pg::Params params;
  params.add_array(scopes).add_array(keys).add_array(hashes).add_array(statuses).add_array(types).add_array(bodies).add_array(headers);
  return {upsert, std::move(params.add(context.clock.now()).add(context.process))};
}

bool asks_again(const http::Response& response) {
  return std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
}

bool worth_keeping(const http::Response& response) {
  if (asks_again(response)) return false;
  return (response.status >= 200 && response.status < 300) || response.status >= 500;
}

void refuse_too_large(const http::Response& response) {
  if (response.body.size() <= largest_kept) return;
  throw Refusal(422, "answer_too_large",
                "The answer is larger than the 4 MiB that are kept for an Idempotency-Key: ask for less at once. Nothing was done.");
}

}  // namespace billing::idempotency
