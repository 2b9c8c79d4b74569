#include "rooms/webhooks/deliveries.hpp"

#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::webhooks {

std::string_view to_text(DeliveryStatus status) {
  constexpr std::string_view names[] = {"pending", "succeeded", "failed"};
  return names[static_cast<std::size_t>(status)];
}

std::optional<DeliveryStatus> parse_delivery_status(std::string_view text) {
  for (const auto status : {DeliveryStatus::pending, DeliveryStatus::succeeded, DeliveryStatus::failed}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

namespace {

#define DELIVERY_COLUMNS                                                                                                         \
  "d.id, d.endpoint_id, d.kind, d.sequence, e.id, e.type, d.status, d.attempts, d.due_at, d.attempted_at, d.took_ms, d.answer, " \
  "d.answer_body, d.error, d.created_at"

Delivery delivery_of(pg::Row row) {
  return {.id = row.as<DeliveryId>(0),
          .endpoint = row.as<EndpointId>(1),
          .kind = std::string{row.text(2)},
          .sequence = row.optional_integer(3),
          .event_id = row.optional_text(4),
          .type = row.optional_text(5),
          .status = row.as(6, parse_delivery_status),
          .attempts = row.integer(7),
          .due_at = row.optional_instant(8),
          .attempted_at = row.optional_instant(9),
          .took_ms = row.optional_integer(10),
          .answer = row.optional_integer(11),
          .answer_body = row.optional_text(12),
          .error = row.optional_text(13),
          .created_at = row.instant(14)};
}

constexpr pg::Statement select_page{"SELECT " DELIVERY_COLUMNS R"(
  FROM webhook_deliveries d LEFT JOIN events e ON e.sequence = d.sequence
  WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.status = $2) AND ($3::uuid IS NULL OR d.id < $3) ORDER BY d.endpoint_id DESC, d.id DESC LIMIT $4)",
                                    pg::Planned::for_its_values, pg::Lane::scan};
constexpr pg::Statement select_one{"SELECT " DELIVERY_COLUMNS R"(
  FROM webhook_deliveries d LEFT JOIN events e ON e.sequence = d.sequence
  WHERE d.id = $1 AND EXISTS (SELECT FROM webhook_endpoints w WHERE w.id = d.endpoint_id AND w.deleted_at IS NULL))"};

}  // namespace

Task<std::vector<Delivery>> find_deliveries(pg::Session& db, EndpointId endpoint, std::optional<DeliveryStatus> status,
                                            std::optional<std::string> after, std::int64_t limit) {
  std::vector<Delivery> deliveries;
  pg::Params params;
  params.add(endpoint.text()).add(status.transform([](auto one) { return to_text(one); })).add(after).add(limit);
  for (const auto row : co_await db.query(select_page, std::move(params))) deliveries.push_back(delivery_of(row));
  co_return deliveries;
}

Task<Delivery> require_delivery(pg::Session& db, DeliveryId id) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(id.text()));
  if (rows.empty()) throw not_found("There is no delivery " + id.text() + ".");
  co_return delivery_of(rows[0]);
}

namespace {
constexpr pg::Statement insert_test_row{R"(
  INSERT INTO webhook_deliveries (id, endpoint_id, kind, status, due_at, created_at)
  VALUES ($1, $2, 'test', 'pending', clock_timestamp(), clock_timestamp()))"};
// A UUIDv7 each of this moment, in the order of the events. now() is the same for all: they are sent in that order, too.
constexpr pg::Statement insert_replayed{R"(
  WITH wanted AS (
    SELECT sequence FROM events
    WHERE sequence >= $2 AND ($3::bigint IS NULL OR sequence <= $3) AND ($4::text[] IS NULL OR type = ANY ($4)) ORDER BY sequence LIMIT $5 + 1
  ), made AS (
    INSERT INTO webhook_deliveries (id, endpoint_id, sequence, kind, status, due_at, created_at)
    SELECT overlay(overlay(md5(random()::text) PLACING lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') FROM 1 FOR 12)
                   PLACING '7' || lpad(to_hex((row_number() OVER (ORDER BY sequence) % 4096)::int), 3, '0') || 'a' FROM 13 FOR 5)::uuid,
           $1::uuid, sequence, 'replay', 'pending', now(), now()
    FROM wanted WHERE (SELECT count(*) FROM wanted) <= $5
    RETURNING 1
  )
  SELECT count(*) FROM wanted)",
                                        pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement make_due{R"(
  UPDATE webhook_deliveries d SET status = 'pending', due_at = clock_timestamp()
  WHERE id = $1 AND EXISTS (SELECT FROM webhook_endpoints w WHERE w.id = d.endpoint_id AND w.deleted_at IS NULL))"};
}  // namespace

Task<void> insert_test(Context& context, EndpointId endpoint, DeliveryId id) {
  co_await context.db.query(insert_test_row, pg::Params{}.add(id.text()).add(endpoint.text()));
}

Task<std::optional<std::int64_t>> insert_replay(Context& context, EndpointId endpoint, const std::optional<std::vector<std::string>>& types,
                                                std::int64_t from, std::optional<std::int64_t> to, std::int64_t most) {
  auto tx = co_await context.db.begin();
  pg::Params params;
  params.add(endpoint.text()).add(from).add(to);
  types ? params.add_array(*types) : params.add_null();
  params.add(most);
  const auto count = (co_await tx.query(insert_replayed, std::move(params)))[0].integer(0);
  if (count > most) co_return std::nullopt;
  audit::record(tx, context, {{"webhook_endpoint.replayed", "webhook_endpoint", endpoint.text(), {}, {}, {}}});
  co_await tx.commit();
  co_return count;
}

Task<void> send_again(Context& context, DeliveryId id) {
  const auto changed = co_await context.db.query(make_due, pg::Params{}.add(id.text()));
  if (changed.affected() == 0) throw not_found("There is no delivery " + id.text() + ".");
}

namespace {
constexpr pg::Statement select_due{R"(
  SELECT id, sequence, attempts FROM webhook_deliveries
  WHERE endpoint_id = $1 AND due_at <= clock_timestamp() ORDER BY due_at, sequence LIMIT $2)"};
}

Task<std::vector<DueDelivery>> find_due(pg::Session& db, EndpointId endpoint, std::int64_t limit) {
  std::vector<DueDelivery> due;
  for (const auto row : co_await db.query(select_due, pg::Params{}.add(endpoint.text()).add(limit))) {
    due.push_back({row.as<DeliveryId>(0), row.optional_integer(1), row.integer(2)});
  }
  co_return due;
}

namespace {

// A receiver of which nothing but failures is heard is called less and less often, once a minute at least: what waits for it is no rows, but its
// next_sequence. After five days of that it is disabled.
constexpr pg::Statement finish_batch{R"(
  WITH mine AS (
    UPDATE webhook_endpoints
    SET next_sequence = $3, claimed_by = NULL, claimed_until = NULL,
        failing_since = CASE WHEN $4 THEN NULL WHEN $5 THEN coalesce(failing_since, clock_timestamp()) ELSE failing_since END,
        hold_until = greatest(clock_timestamp() + make_interval(secs => $6::bigint),
          CASE WHEN $5 AND NOT $4 THEN clock_timestamp()
            + least(greatest((clock_timestamp() - coalesce(failing_since, clock_timestamp())) / 10, interval '1 second'), interval '1 minute') END),
        disabled_at = CASE WHEN $7 OR ($5 AND NOT $4 AND failing_since <= clock_timestamp() - interval '5 days') THEN clock_timestamp()
                      ELSE disabled_at END,
        disabled_reason = CASE WHEN $7 THEN 'it answered 410: it wants no more'
                          WHEN $5 AND NOT $4 AND failing_since <= clock_timestamp() - interval '5 days' THEN 'nothing has reached it for five days'
                          ELSE disabled_reason END
    WHERE id = $1 AND claims = $2
    RETURNING id
  ), attempted AS (
    SELECT * FROM unnest($8::uuid[], $9::boolean[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[], $17::text[])
      AS a (id, is_new, sequence, status, attempts, again_after, took_ms, answer, answer_body, error) CROSS JOIN (SELECT id AS endpoint_id FROM mine) AS m
  ), changed AS (
    UPDATE webhook_deliveries d
    SET status = a.status, attempts = a.attempts, due_at = clock_timestamp() + make_interval(secs => a.again_after), attempted_at = clock_timestamp(),
        took_ms = a.took_ms, answer = a.answer, answer_body = a.answer_body, error = a.error
    FROM attempted a WHERE NOT a.is_new AND d.id = a.id
  ), made AS (
    INSERT INTO webhook_deliveries (id, endpoint_id, sequence, kind, status, attempts, due_at, attempted_at, took_ms, answer, answer_body, error, created_at)
    SELECT id, endpoint_id, sequence, 'event', status, attempts, clock_timestamp() + make_interval(secs => again_after), clock_timestamp(), took_ms, answer,
           answer_body, error, clock_timestamp()
    FROM attempted WHERE is_new
  )
  SELECT count(*) FROM mine)"};

}  // namespace

Task<bool> finish(pg::Session& db, const Claim& claim, const Finished& finished, const std::vector<Attempted>& attempted) {
  std::vector<std::string> ids, fresh, statuses;
  std::vector<std::optional<std::int64_t>> sequences, again, answers;
  std::vector<std::optional<std::string>> bodies, errors;
  std::vector<std::int64_t> attempts, took;
  for (const auto& one : attempted) {
    ids.push_back(one.id.text());
    fresh.emplace_back(one.is_new ? "t" : "f");
    sequences.push_back(one.sequence);
    statuses.emplace_back(to_text(one.status));
    attempts.push_back(one.attempts);
    again.push_back(one.again_after.transform([](auto after) { return std::int64_t{after.count()}; }));
    took.push_back(one.took.count());
    answers.push_back(one.answer);
    bodies.push_back(one.answer_body);
    errors.push_back(one.error);
  }
  pg::Params params;
  params.add(claim.id.text()).add(claim.number).add(finished.next_sequence).add(finished.any_succeeded).add(finished.any_failed);
  params.add(finished.hold.transform([](auto hold) { return std::int64_t{hold.count()}; })).add(finished.gone);
  params.add_array(ids).add_array(fresh).add_array(sequences).add_array(statuses).add_array(attempts).add_array(again).add_array(took);
  params.add_array(answers).add_array(bodies).add_array(errors);
  co_return (co_await db.query(finish_batch, std::move(params)))[0].integer(0) > 0;
}

namespace {
constexpr std::int64_t pruned_at_once = 10'000;
#define IS_OLD                                                                                                                  \
  "(d.sequence < (SELECT coalesce((SELECT sequence FROM events ORDER BY sequence LIMIT 1), m.sequence + 1) FROM event_mark m) " \
  "OR (d.sequence IS NULL AND d.created_at < clock_timestamp() - make_interval(days => $1::int)))"
// From the oldest on, whose ids are the smallest.
constexpr pg::Statement delete_old{R"(
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT d.id FROM (SELECT * FROM webhook_deliveries ORDER BY id LIMIT $2) AS d WHERE )" IS_OLD R"(
    UNION ALL (SELECT d.id FROM webhook_endpoints w JOIN webhook_deliveries d ON d.endpoint_id = w.id WHERE w.deleted_at IS NOT NULL LIMIT $2)))",
                                   pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement delete_endpoints{R"(
  DELETE FROM webhook_endpoints w
  WHERE deleted_at IS NOT NULL AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = w.id))"};
constexpr pg::Statement select_anything_old{R"(
  SELECT EXISTS (SELECT FROM webhook_endpoints WHERE deleted_at IS NOT NULL)
      OR EXISTS (SELECT FROM (SELECT * FROM webhook_deliveries ORDER BY id LIMIT 1) AS d WHERE )" IS_OLD ")"};
}  // namespace

Task<std::int64_t> prune(pg::Session& db, std::chrono::days keep) {
  std::int64_t pruned = 0;
  for (std::int64_t last = pruned_at_once; last >= pruned_at_once; pruned += last) {
    last = (co_await db.query(delete_old, pg::Params{}.add(std::int64_t{keep.count()}).add(pruned_at_once))).affected();
  }
  co_await db.query(delete_endpoints);
  co_return pruned;
}

Task<bool> anything_to_prune(pg::Session& db, std::chrono::days keep) {
  co_return (co_await db.query(select_anything_old, pg::Params{}.add(std::int64_t{keep.count()})))[0].boolean(0);
}

}  // namespace billing::webhooks
