#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/postgres/session.hpp"

namespace billing::pg {

/// Rows of one table that are due by a column of theirs: work that is to be done from an instant on, whoever finds it. Declare one
/// `constinit const` at namespace scope, with DUE_ROWS: its address is its identity, as a Statement's.
struct DueRows {
  Statement due;            // ids at $1, longest due first, at most $2
  Statement next;           // the earliest instant, of all or of those later than $1
  Statement made_before;    // whether a row whose id is smaller than $2 is due at $1
  Statement count;          // how many rows are due at $1
};

/// `SELECT_DUE` as the room has it; the others follow from the table and the column, which has a partial index WHERE it is not null.
#define DUE_ROWS(TABLE, COLUMN, SELECT_DUE)                                                                                 \
  {{SELECT_DUE},                                                                                                            \
   {"SELECT min(" COLUMN ") FROM " TABLE " WHERE " COLUMN " IS NOT NULL AND ($1::timestamptz IS NULL OR " COLUMN " > $1)"}, \
   {"SELECT EXISTS (SELECT FROM " TABLE " WHERE " COLUMN " <= $1 AND id < $2)"},                                            \
   {"SELECT count(*) FROM " TABLE " WHERE " COLUMN " <= $1"}}

/// Ids that are due at `now`, longest due first, at most `limit`.
Task<std::vector<std::string>> find_due(Session& db, const DueRows& rows, Instant now, std::int64_t limit);
/// When the next one is due, of all or of those due later than `after`.
Task<std::optional<Instant>> next_due(Session& db, const DueRows& rows, std::optional<Instant> after);
/// Whether any made before the id `made_before` is due at `now`.
Task<bool> anything_due(Session& db, const DueRows& rows, Instant now, std::string made_before);
/// How many rows are due at `now`. Reads the more, the more there are: for an unhurried session.
Task<std::int64_t> count_due(Session& db, const DueRows& rows, Instant now);

}  // namespace billing::pg
