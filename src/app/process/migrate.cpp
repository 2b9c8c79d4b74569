#include "app/process/migrate.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>

#include "app/embedded_files.hpp"
#include "platform/runtime/digest.hpp"
#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

/// Any number, the same in every version: two processes never migrate one database at the same time.
constexpr const char* lock_and_prepare = R"(
  SELECT pg_advisory_xact_lock(7021965188);
  CREATE TABLE IF NOT EXISTS schema_migrations (
    name       text PRIMARY KEY,
    sha256     char(64) NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
  ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS breaks_older boolean NOT NULL DEFAULT false;)";

/// A migration that begins so is one that the binaries before it cannot live with. All others only add (tests/migrations_check.py), so that
/// two versions run side by side, and the older one can come back.
constexpr std::string_view breaking = "-- breaks older binaries";

struct Applied {
  std::string sha256;
  bool breaks_older;
};

constexpr pg::Statement select_applied{"SELECT name, sha256, breaks_older FROM schema_migrations ORDER BY name"};

const EmbeddedFile* find_embedded(std::string_view name) {
  const std::span migrations{embedded_migrations, embedded_migrations_count};
  const auto found = std::ranges::find(migrations, name, &EmbeddedFile::name);
  return found == migrations.end() ? nullptr : &*found;
}

/// Throws std::runtime_error when this binary cannot work on what others have made of the database.
void check_fit(const std::map<std::string, Applied>& applied) {
  for (const auto& [name, migration] : applied) {
    const auto* ours = find_embedded(name);
    if (ours && sha256_hex(ours->bytes) != migration.sha256) {
      throw std::runtime_error(
          "migration " + name +
          " was applied with another content: this binary does not fit the database. Use the version that made it, or another database "
          "(for `billing up`: another --data-dir)");
    }
    if (ours) continue;
    if (migration.breaks_older) {
      throw std::runtime_error("the database has migration " + name +
                               ", which this binary does not know and cannot work with: use a newer one");
    }
    log::warn("schema_is_newer", {{"migration", name}});
  }
}

/// One transaction: takes the lock, does nothing if another process was faster, else applies and notes it.
std::string script_of(const EmbeddedFile& migration) {
  const std::string name{migration.name};
  return std::string{lock_and_prepare} + "DO $migrate$ BEGIN IF NOT EXISTS (SELECT FROM schema_migrations WHERE name = '" + name +
         "') THEN EXECUTE $billing_migration$" + std::string{migration.bytes} +
         "$billing_migration$; INSERT INTO schema_migrations (name, sha256, breaks_older) VALUES ('" + name + "', '" +
         sha256_hex(migration.bytes) + "', " + (migration.bytes.starts_with(breaking) ? "true" : "false") + "); END IF; END $migrate$;";
}

constexpr std::string_view undefined_table = "42P01";
constexpr std::string_view undefined_column = "42703";

/// nullopt where the table is yet to be made as it is now.
Task<std::optional<std::map<std::string, Applied>>> find_applied(pg::Pool& db) {
  std::map<std::string, Applied> applied;
  try {
    for (const auto row : co_await db.query(select_applied)) applied[std::string{row.text(0)}] = {std::string{row.text(1)}, row.boolean(2)};
  } catch (const pg::StatementError& error) {
    if (error.sqlstate != undefined_table && error.sqlstate != undefined_column) throw;
    co_return std::nullopt;
  }
  co_return applied;
}

}  // namespace

Task<int> migrate(pg::Pool& db) {
  auto applied = co_await find_applied(db);
  if (!applied) {
    co_await db.run_script(lock_and_prepare);
    applied = co_await find_applied(db);
  }
  check_fit(applied.value());
  int count = 0;
  for (std::size_t i = 0; i < embedded_migrations_count; ++i) {
    const auto& migration = embedded_migrations[i];
    if (applied->contains(std::string{migration.name})) continue;
    co_await db.run_script(script_of(migration));
    log::info("migrated", {{"migration", migration.name}});
    ++count;
  }
  co_return count;
}

Task<void> seed(pg::Pool& db) {
  for (std::size_t i = 0; i < embedded_seeds_count; ++i) co_await db.run_script(std::string{embedded_seeds[i].bytes});
}

}  // namespace billing::app
