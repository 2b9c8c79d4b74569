#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/ids.hpp"
#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"

namespace billing::migrations {

using MigrationId = Id<struct MigrationTag>;
using billing::to_text;  // of times and days, beside the one below

enum class MigrationStatus : std::uint8_t { running, done, stopped };
std::string_view to_text(MigrationStatus status);

struct Migration {
  MigrationId id;
  std::string plan_code;
  std::int64_t to_version;
  std::optional<std::vector<std::int64_t>> from_versions;  // nullopt: all others
  std::optional<Date> on_day;                              // nullopt: at each one's period end
  bool keep_overrides = true;
  MigrationStatus status = MigrationStatus::running;
  Instant created_at;
  Instant updated_at;
  std::int64_t matched = 0;  // subscriptions
  std::int64_t changed = 0;
  std::int64_t failed = 0;
};

/// With a row for each subscription of the plan that has a term to change from the day on; with none it is done at once.
void insert_migration(pg::Transaction& tx, const Context& context, const Migration& made);
Task<std::optional<Migration>> find_migration(pg::Session& db, MigrationId id);
/// Of a plan, newest first.
Task<std::vector<Migration>> find_migrations(pg::Session& db, std::string plan_code, std::optional<std::string> after, std::int64_t limit);

struct Failure {
  SubscriptionId subscription_id;
  std::string problem;
};
/// Those that could not be changed, at most `limit`.
Task<std::vector<Failure>> find_failures(pg::Session& db, MigrationId id, std::int64_t limit);

/// As it stands, and it cannot end until the transaction does. nullopt for an unknown one.
Task<std::optional<Migration>> hold_migration(pg::Transaction& tx, MigrationId id);
/// Running → done or stopped; what waits stays as it is. False when it has ended already.
Task<bool> end_migration(pg::Transaction& tx, const Context& context, const Migration& migration, MigrationStatus status);

struct Waiting {
  SubscriptionId subscription_id;
  UserId user_id;
};
/// Locks up to `limit` subscriptions' rows that wait, leaving aside those that another worker has.
Task<std::vector<Waiting>> take_waiting(pg::Transaction& tx, MigrationId id, std::int64_t limit);
Task<bool> anything_waiting(pg::Session& db, MigrationId id);
/// How it went with one: changed, or failed with the reason.
struct Outcome {
  SubscriptionId subscription_id;
  std::optional<std::string> problem;
};
void note_outcomes(pg::Transaction& tx, MigrationId id, const std::vector<Outcome>& outcomes, Instant now);

/// Running migrations.
extern const pg::DueRows due_migrations;

}  // namespace billing::migrations
