#include "rooms/webhooks/store.hpp"

#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"

namespace billing::webhooks {
namespace {

#define ENDPOINT_COLUMNS                                                                                     \
  "id, url, array_to_string(types, ','), description, active, disabled_at, disabled_reason, failing_since, " \
  "CASE WHEN hold_until > clock_timestamp() THEN hold_until END, "                                           \
  "CASE WHEN previous_until > clock_timestamp() THEN previous_until END, next_sequence, "                    \
  "greatest(0, (SELECT sequence FROM event_mark) - next_sequence + 1), created_at, updated_at"

std::optional<std::vector<std::string>> split(const std::optional<std::string>& joined) {
  if (!joined) return std::nullopt;
  std::vector<std::string> parts(1);
  for (const char c : *joined) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Of ENDPOINT_COLUMNS.
Endpoint endpoint_of(pg::Row row) {
  return {.id = row.as<EndpointId>(0),
          .url = std::string{row.text(1)},
          .types = split(row.optional_text(2)),
          .description = row.optional_text(3),
          .active = row.boolean(4),
          .disabled_at = row.optional_instant(5),
          .disabled_reason = row.optional_text(6),
          .failing_since = row.optional_instant(7),
          .hold_until = row.optional_instant(8),
          .previous_until = row.optional_instant(9),
          .next_sequence = row.integer(10),
          .waiting = row.integer(11),
          .created_at = row.instant(12),
          .updated_at = row.instant(13)};
}

pg::Params& add_types(pg::Params& params, const std::optional<std::vector<std::string>>& types) {
  return types ? params.add_array(*types) : params.add_null();
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO webhook_endpoints (id, url, types, description, secret, next_sequence, created_at, updated_at)
  SELECT $1::uuid, $2::text, $3::text[], $4::text, $5::text, sequence + 1, clock_timestamp(), clock_timestamp() FROM event_mark)"};
constexpr pg::Statement select_page{"SELECT " ENDPOINT_COLUMNS R"(
  FROM webhook_endpoints WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)"};
constexpr pg::Statement select_one{"SELECT " ENDPOINT_COLUMNS " FROM webhook_endpoints WHERE id = $1 AND deleted_at IS NULL"};
constexpr pg::Statement update_row{R"(
  UPDATE webhook_endpoints
  SET url = coalesce($2, url), types = CASE WHEN $3 THEN $4::text[] ELSE types END, description = CASE WHEN $5 THEN $6 ELSE description END,
      active = coalesce($7, active), disabled_at = CASE WHEN $7 THEN NULL ELSE disabled_at END,
      disabled_reason = CASE WHEN $7 THEN NULL ELSE disabled_reason END, failing_since = CASE WHEN $7 THEN NULL ELSE failing_since END,
      hold_until = CASE WHEN $7 THEN NULL ELSE hold_until END, updated_at = clock_timestamp()
  WHERE id = $1 AND deleted_at IS NULL)"};
// Its secrets go at once.
constexpr pg::Statement mark_deleted{R"(
  UPDATE webhook_endpoints
  SET deleted_at = clock_timestamp(), active = false, secret = 'deleted', previous_secret = NULL, previous_until = NULL
  WHERE id = $1 AND deleted_at IS NULL)"};
constexpr pg::Statement replace_secret{R"(
  UPDATE webhook_endpoints
  SET previous_secret = secret, previous_until = clock_timestamp() + interval '24 hours', secret = $2, updated_at = clock_timestamp()
  WHERE id = $1 AND deleted_at IS NULL)"};

Refusal unknown(EndpointId id) { return not_found("There is no webhook endpoint " + id.text() + "."); }

/// The statement and its audit event; 404 where it found nothing.
Task<void> change_audited(Context& context, EndpointId id, const pg::Statement& statement, pg::Params params, const char* action) {
  auto tx = co_await context.db.begin();
  if ((co_await tx.query(statement, std::move(params))).affected() == 0) throw unknown(id);
  audit::record(tx, context, {{action, "webhook_endpoint", id.text(), {}, {}, {}}});
  co_await tx.commit();
}

}  // namespace

Task<void> insert_endpoint(Context& context, EndpointId id, const std::string& url, const std::optional<std::vector<std::string>>& types,
                           const std::optional<std::string>& description, const std::string& secret) {
  pg::Params params;
  params.add(id.text()).add(url);
  add_types(params, types).add(description).add(secret);
  co_await change_audited(context, id, insert_row, std::move(params), "webhook_endpoint.created");
}

Task<std::vector<Endpoint>> find_endpoints(pg::Session& db, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Endpoint> endpoints;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(after).add(limit))) endpoints.push_back(endpoint_of(row));
  co_return endpoints;
}

Task<Endpoint> require_endpoint(pg::Session& db, EndpointId id) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(id.text()));
  if (rows.empty()) throw unknown(id);
  co_return endpoint_of(rows[0]);
}

Task<void> update_endpoint(Context& context, EndpointId id, const EndpointChange& change) {
  pg::Params params;
  params.add(id.text()).add(change.url).add(change.has_types);
  add_types(params, change.types).add(change.has_description).add(change.description).add(change.active);
  co_await change_audited(context, id, update_row, std::move(params), "webhook_endpoint.updated");
}

Task<void> delete_endpoint(Context& context, EndpointId id) {
  co_await change_audited(context, id, mark_deleted, pg::Params{}.add(id.text()), "webhook_endpoint.deleted");
}

Task<void> rotate_secret(Context& context, EndpointId id, const std::string& secret) {
  co_await change_audited(context, id, replace_secret, pg::Params{}.add(id.text()).add(secret), "webhook_endpoint.secret_rotated");
}

namespace {

#define IS_READY                                                                                \
  "active AND disabled_at IS NULL AND (hold_until IS NULL OR hold_until <= clock_timestamp()) " \
  "AND (claimed_until IS NULL OR claimed_until <= clock_timestamp() OR process_is_gone(claimed_by)) "

// Those that wait longest first.
constexpr pg::Statement select_ready{R"(
  SELECT id FROM webhook_endpoints e
  WHERE )" IS_READY R"(AND (next_sequence <= (SELECT sequence FROM event_mark)
         OR EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.due_at <= clock_timestamp()))
  ORDER BY next_sequence, id LIMIT $1)"};
// Longer than a batch can take: after it whoever claimed it is presumed dead, if nobody has noticed before.
constexpr pg::Statement claim_one{R"(
  UPDATE webhook_endpoints SET claimed_by = $2, claimed_until = clock_timestamp() + interval '90 seconds', claims = claims + 1
  WHERE id = $1 AND )" IS_READY R"(
  RETURNING claims, url, array_to_string(types, ','), secret, CASE WHEN previous_until > clock_timestamp() THEN previous_secret END,
            next_sequence, failing_since IS NOT NULL)"};

}  // namespace

Task<std::vector<EndpointId>> find_ready(pg::Session& db, std::int64_t limit) {
  std::vector<EndpointId> ids;
  for (const auto row : co_await db.query(select_ready, pg::Params{}.add(limit))) ids.push_back(row.as<EndpointId>(0));
  co_return ids;
}

Task<std::optional<Claim>> claim(const Context& context, EndpointId id) {
  const auto rows = co_await context.db.query(claim_one, pg::Params{}.add(id.text()).add(context.process));
  if (rows.empty()) co_return std::nullopt;
  const auto row = rows[0];
  Claim claim{.id = id,
              .number = row.integer(0),
              .url = std::string{row.text(1)},
              .types = split(row.optional_text(2)),
              .secrets = {std::string{row.text(3)}},
              .next_sequence = row.integer(5),
              .failing = row.boolean(6)};
  if (const auto previous = row.optional_text(4)) claim.secrets.push_back(*previous);
  co_return claim;
}

}  // namespace billing::webhooks
