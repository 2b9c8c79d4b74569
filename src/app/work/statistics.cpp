#include "app/work/statistics.hpp"

namespace billing::app {
namespace {

// By the files' sizes, which are true at any moment; those below 100 pages are read quickly in any way. Whoever analyzes or vacuums one of them
// already is not waited for. A rough picture is enough for plans that do not scan, of the columns that they find rows by: ids, days, states; autovacuum
// draws a better one.
constexpr pg::Statement analyze_grown{R"(
  DO $$
  DECLARE
    grown record;
  BEGIN
    PERFORM set_config('default_statistics_target', '10', true);
    FOR grown IN
      SELECT oid::regclass AS name, columns
      FROM pg_class CROSS JOIN LATERAL (
        SELECT string_agg(quote_ident(attname), ', ') AS columns
        FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND attlen > 0 AND NOT attisdropped
      ) AS of_fixed_size
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_table_size(oid) / 8192 > greatest(100, 4 * relpages)
    LOOP
      EXECUTE format('ANALYZE (SKIP_LOCKED) %s (%s)', grown.name, grown.columns);
    END LOOP;
  END $$)"};

}  // namespace

Task<void> analyze_what_has_grown(pg::Session& db) { co_await db.query(analyze_grown); }

}  // namespace billing::app
