#include "rooms/migrations/store.hpp"

#include <charconv>
#include <stdexcept>

#include "rooms/audit/store.hpp"

namespace billing::migrations {
namespace {

std::optional<MigrationStatus> parse_status(std::string_view text) {
  using enum MigrationStatus;
  for (const auto status : {running, done, stopped}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

/// "{1,2}"
std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const auto* at = text.data() + 1;
  const auto* last = text.data() + text.size();
  for (std::int64_t number = 0; at < last; ++at) {
    const auto read = std::from_chars(at, last, number);
    if (read.ec != std::errc{}) break;
    numbers.push_back(number);
    at = read.ptr;
  }
  return numbers;
}

Migration migration_of(pg::Row row) {
  return {.id = MigrationId::parse(row.text(0)).value(),
          .plan_code = std::string{row.text(1)},
          .to_version = row.integer(2),
          .from_versions = row.optional_text(3).transform([](const std::string& text) { return numbers_of(text); }),
          .on_day = row.optional_date(4),
          .keep_overrides = row.boolean(5),
          .status = row.as(6, &parse_status),
          .created_at = row.instant(7),
          .updated_at = row.instant(8),
          .matched = row.integer(9),
          .changed = row.integer(10),
          .failed = row.integer(11)};
}

// A subscription's own day is its period's end where the migration names none; whoever has ended by then has nothing to change.
// LATERAL, and not flattened: from the plan's terms to their subscriptions by their key, whatever the planner believes of either table. The other way
// round it would go through all terms of the plan for each subscription.
constexpr pg::Statement insert_rows{R"(
  WITH of_plan AS MATERIALIZED (
    SELECT subscription_id, max(coalesce(ends, 'infinity')) AS ends
    FROM subscription_terms WHERE plan_code = $2::text AND version <> $3::int AND ($4::bigint[] IS NULL OR version = ANY ($4))
    GROUP BY subscription_id
  ), matched AS (
    SELECT s.id
    FROM of_plan t CROSS JOIN LATERAL (SELECT * FROM subscriptions WHERE id = t.subscription_id OFFSET 0) AS s
    WHERE s.status <> 'canceled' AND (s.ends_on IS NULL OR s.ends_on > coalesce($5::date, s.current_period_end))
      AND t.ends > coalesce($5::date, s.current_period_end)
  ), made AS (
    INSERT INTO plan_migrations (id, plan_code, to_version, from_versions, on_day, keep_overrides, status, due_at, created_at, updated_at)
    SELECT $1::uuid, $2::text, $3::int, $4::bigint[], $5::date, $6::bool, CASE WHEN matching THEN 'running' ELSE 'done' END::migration_status,
           CASE WHEN matching THEN $7::timestamptz END, $7::timestamptz, $7::timestamptz
    FROM (SELECT EXISTS (SELECT FROM matched) AS matching) AS looked
    RETURNING id
  )
  INSERT INTO plan_migration_subscriptions (migration_id, subscription_id, outcome)
  SELECT made.id, matched.id, 'waiting' FROM made, matched)"};

}  // namespace

std::string_view to_text(MigrationStatus status) {
  switch (status) {
    case MigrationStatus::running: return "running";
    case MigrationStatus::done: return "done";
    case MigrationStatus::stopped: return "stopped";
  }
  throw std::logic_error("no such migration status");
}

void insert_migration(pg::Transaction& tx, const Context& context, const Migration& made) {
  pg::Params params;
  params.add(made.id.text()).add(made.plan_code).add(made.to_version);
  if (made.from_versions) {
    params.add_array(*made.from_versions);
  } else {
    params.add_null();
  }
  params.add(made.on_day).add(made.keep_overrides).add(made.created_at);
  tx.send(insert_rows, std::move(params));
  audit::record(tx, context, {{"plan.migration_started", "plan", made.plan_code, {}, {}, "version " + std::to_string(made.to_version)}});
}

namespace {
constexpr pg::Statement select_by_id{R"(
  SELECT id, plan_code, to_version, from_versions, on_day, keep_overrides, status, created_at, updated_at, c.matched, c.changed, c.failed
  FROM plan_migrations m
  CROSS JOIN LATERAL (
    SELECT count(*) AS matched, count(*) FILTER (WHERE outcome = 'changed') AS changed, count(*) FILTER (WHERE outcome = 'failed') AS failed
    FROM plan_migration_subscriptions s WHERE s.migration_id = m.id
  ) c
  WHERE id = $1)"};
constexpr pg::Statement select_page{R"(
  SELECT id, plan_code, to_version, from_versions, on_day, keep_overrides, status, created_at, updated_at, c.matched, c.changed, c.failed
  FROM (SELECT * FROM plan_migrations WHERE plan_code = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3) m
  CROSS JOIN LATERAL (
    SELECT count(*) AS matched, count(*) FILTER (WHERE outcome = 'changed') AS changed, count(*) FILTER (WHERE outcome = 'failed') AS failed
    FROM plan_migration_subscriptions s WHERE s.migration_id = m.id
  ) c
  ORDER BY id DESC)"};
}  // namespace

Task<std::optional<Migration>> find_migration(pg::Session& db, MigrationId id) {
  const auto rows = co_await db.query(select_by_id, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return migration_of(rows[0]);
}

Task<std::vector<Migration>> find_migrations(pg::Session& db, std::string plan_code, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Migration> found;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(plan_code).add(after).add(limit)))
    found.push_back(migration_of(row));
  co_return found;
}

namespace {
constexpr pg::Statement select_failures{R"(
  SELECT subscription_id, problem FROM plan_migration_subscriptions WHERE migration_id = $1 AND outcome = 'failed'
  ORDER BY subscription_id LIMIT $2)"};
}

Task<std::vector<Failure>> find_failures(pg::Session& db, MigrationId id, std::int64_t limit) {
  std::vector<Failure> failures;
  for (const auto row : co_await db.query(select_failures, pg::Params{}.add(id.text()).add(limit))) {
    failures.push_back({SubscriptionId::parse(row.text(0)).value(), std::string{row.text(1)}});
  }
  co_return failures;
}

namespace {
// Shared, so that several workers go on side by side; whoever ends it waits for what they have begun.
constexpr pg::Statement hold_row{"SELECT FROM plan_migrations WHERE id = $1 FOR SHARE"};
constexpr pg::Statement end_row{R"(
  UPDATE plan_migrations SET status = $2, due_at = NULL, updated_at = $3 WHERE id = $1 AND status = 'running')"};
}  // namespace

Task<std::optional<Migration>> hold_migration(pg::Transaction& tx, MigrationId id) {
  co_await tx.query(hold_row, pg::Params{}.add(id.text()));
  co_return co_await find_migration(tx, id);
}

Task<bool> end_migration(pg::Transaction& tx, const Context& context, const Migration& migration, MigrationStatus status) {
  const auto ended = co_await tx.query(end_row, pg::Params{}.add(migration.id.text()).add(to_text(status)).add(context.clock.now()));
  if (ended.affected() == 0) co_return false;
  audit::record(tx, context,
                {{"plan.migration_" + std::string{to_text(status)},
                  "plan",
                  migration.plan_code,
                  {},
                  {},
                  "version " + std::to_string(migration.to_version)}});
  co_return true;
}

namespace {
constexpr pg::Statement lock_waiting{R"(
  SELECT m.subscription_id, s.user_id
  FROM plan_migration_subscriptions m JOIN subscriptions s ON s.id = m.subscription_id
  WHERE m.migration_id = $1 AND m.outcome = 'waiting'
  ORDER BY m.subscription_id LIMIT $2 FOR NO KEY UPDATE OF m SKIP LOCKED)"};
constexpr pg::Statement select_waiting{
    "SELECT EXISTS (SELECT FROM plan_migration_subscriptions WHERE migration_id = $1 AND outcome = 'waiting')"};
constexpr pg::Statement update_outcomes{R"(
  UPDATE plan_migration_subscriptions m
  SET outcome = CASE WHEN o.problem IS NULL THEN 'changed' ELSE 'failed' END::migration_outcome, problem = o.problem, changed_at = $4
  FROM unnest($2::uuid[], $3::text[]) AS o (subscription_id, problem)
  WHERE m.migration_id = $1 AND m.subscription_id = o.subscription_id)"};
}  // namespace

Task<std::vector<Waiting>> take_waiting(pg::Transaction& tx, MigrationId id, std::int64_t limit) {
  std::vector<Waiting> taken;
  for (const auto row : co_await tx.query(lock_waiting, pg::Params{}.add(id.text()).add(limit))) {
    taken.push_back({SubscriptionId::parse(row.text(0)).value(), UserId::parse(row.text(1)).value()});
  }
  co_return taken;
}

Task<bool> anything_waiting(pg::Session& db, MigrationId id) {
  const auto rows = co_await db.query(select_waiting, pg::Params{}.add(id.text()));
  co_return rows[0].boolean(0);
}

void note_outcomes(pg::Transaction& tx, MigrationId id, const std::vector<Outcome>& outcomes, Instant now) {
  std::vector<SubscriptionId> ids;
  std::vector<std::optional<std::string>> problems;
  for (const auto& outcome : outcomes) {
    ids.push_back(outcome.subscription_id);
    problems.push_back(outcome.problem);
  }
  tx.send(update_outcomes, pg::Params{}.add(id.text()).add_array(ids).add_array(problems).add(now));
}

constinit const pg::DueRows due_migrations DUE_ROWS("plan_migrations", "due_at",
                                                    "SELECT id FROM plan_migrations WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2");

}  // namespace billing::migrations
