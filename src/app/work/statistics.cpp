#include "app/work/statistics.hpp"

namespace billing::app {
namespace {

// By the files' sizes, which are true at any moment; those below 100 pages are read quickly in any way. Whoever analyzes or vacuums one of them
// already is not waited for. A rough picture is enough for plans that do not scan; autovacuum draws a better one.
constexpr pg::Statement analyze_grown{R"(
  DO $$
  DECLARE
    grown regclass;
  BEGIN
    PERFORM set_config('default_statistics_target', '20', true);
    FOR grown IN
      SELECT oid FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_table_size(oid) / 8192 > greatest(100, 2 * relpages)
    LOOP
      EXECUTE 'ANALYZE (SKIP_LOCKED) ' || grown;
    END LOOP;
  END $$)"};

}  // namespace

Task<void> analyze_what_has_grown(pg::Session& db) { co_await db.query(analyze_grown); }

}  // namespace billing::app
