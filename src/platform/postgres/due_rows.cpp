#include "platform/postgres/due_rows.hpp"

namespace billing::pg {

Task<std::vector<std::string>> find_due(Session& db, const DueRows& rows, Instant now, std::int64_t limit) {
  std::vector<std::string> ids;
  for (const auto row : co_await db.query(rows.due, Params{}.add(now).add(limit))) ids.emplace_back(row.text(0));
  co_return ids;
}

Task<std::optional<Instant>> next_due(Session& db, const DueRows& rows, std::optional<Instant> after) {
  co_return (co_await db.query(rows.next, Params{}.add(after)))[0].optional_instant(0);
}

Task<bool> anything_due(Session& db, const DueRows& rows, Instant now, std::string made_before) {
  co_return (co_await db.query(rows.made_before, Params{}.add(now).add(made_before)))[0].boolean(0);
}

Task<std::int64_t> count_due(Session& db, const DueRows& rows, Instant now) {
  co_return (co_await db.query(rows.count, Params{}.add(now)))[0].integer(0);
}

}  // namespace billing::pg
