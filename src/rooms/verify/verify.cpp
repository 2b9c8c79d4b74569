#include "rooms/verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rooms/verify/checks.hpp"
#include "rooms/verify/held_by_core.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement one_snapshot{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"};
constexpr pg::Statement allow_long_statements{"SET LOCAL statement_timeout = '10min'"};
constexpr pg::Statement allow_pauses{"SET LOCAL idle_in_transaction_session_timeout = 0"};
constexpr pg::Statement hash_in_memory{"SET LOCAL work_mem = '64MB'"};
// A check reads whole tables: a loop of lookups, or a walk along an index in random order, may look cheap, most of all without
// statistics, and then takes hours. Hash joins and sorts never do.
constexpr pg::Statement no_nested_loops{"SET LOCAL enable_nestloop = off"};
constexpr pg::Statement no_index_walks{"SET LOCAL enable_indexscan = off"};
// The price put on the nested loops that are left (into JSON) would make every statement look worth compiling.
constexpr pg::Statement no_compilation{"SET LOCAL jit = off"};
constexpr pg::Statement allow_workers{"SET LOCAL max_parallel_workers_per_gather = 2"};
constexpr const pg::Statement* settings[] = {&one_snapshot,    &allow_long_statements, &allow_pauses,   &hash_in_memory,
                                             &no_nested_loops, &no_index_walks,        &no_compilation, &allow_workers};

// Users are looked up some at a time.
constexpr pg::Statement allow_nested_loops{"SET LOCAL enable_nestloop = on"};
constexpr pg::Statement allow_index_walks{"SET LOCAL enable_indexscan = on"};
constexpr std::int64_t users_at_a_time = 500;

Finding finding_of(const Check& check, const pg::Result& violations) {
  Finding finding{.check = check.name, .count = violations[0].integer(1), .ids = {}};
  for (const auto row : violations) finding.ids.emplace_back(row.text(0));
  return finding;
}

Finding finding_of(std::string_view check, std::vector<std::string> ids) {
  std::ranges::sort(ids);
  Finding finding{.check = check, .count = std::ssize(ids), .ids = std::move(ids)};
  if (finding.ids.size() > 20) finding.ids.resize(20);
  return finding;
}

/// Runs core over the facts and the books of every user.
Task<Offenders> find_by_core(pg::Transaction& tx) {
  tx.send(allow_nested_loops, pg::Params{});
  tx.send(allow_index_walks, pg::Params{});
  Offenders found;
  const auto today = co_await latest_today(tx);
  const auto versions = co_await read_versions(tx);
  auto ids = co_await find_users_after(tx, UserId{}, users_at_a_time);
  while (!ids.empty()) {
    for (const auto& user : co_await read_books(tx, ids, versions)) {
      compare_owed(user, today, found);
      recompute(user, versions, found);
    }
    co_await compare_taxes(tx, ids, found);
    co_await compare_items(tx, ids, found);
    ids = co_await find_users_after(tx, ids.back(), users_at_a_time);
  }
  co_return found;
}

std::string joined_ids(const Finding& finding) {
  std::string text;
  for (const auto& id : finding.ids) text += (text.empty() ? "" : ", ") + id;
  return static_cast<std::size_t>(finding.count) > finding.ids.size() ? text + ", …" : text;
}

std::string report_line(const Check& check, const std::vector<Finding>& findings) {
  const auto found = std::ranges::find(findings, check.name, &Finding::check);
  if (found == findings.end()) return fmt::format("ok    {}\n", check.name);
  return fmt::format("FAIL  {}: {} — {}\n      {}\n", check.name, found->count, joined_ids(*found), check.promise);
}

std::string summary(std::size_t all, std::size_t failed) {
  if (failed == 0) return fmt::format("\nall {} checks hold\n", all);
  return fmt::format("\n{} of {} checks FAILED\n", failed, all);
}

}  // namespace

Task<std::vector<Finding>> verify(pg::Pool& db) {
  auto tx = co_await db.begin();
  for (const auto* setting : settings) tx.send(*setting, pg::Params{});
  std::vector<Finding> findings;
  for (const auto& check : checks()) {
    if (check.by_core()) continue;
    const auto violations = co_await tx.query(check.violations);
    if (!violations.empty()) findings.push_back(finding_of(check, violations));
  }
  auto found = co_await find_by_core(tx);
  for (const auto& check : checks()) {
    if (check.by_core() && found.contains(check.name)) findings.push_back(finding_of(check.name, std::move(found[check.name])));
  }
  co_await tx.commit();
  co_return findings;
}

Task<int> run(pg::Pool& db, std::FILE* out) {
  const auto findings = co_await verify(db);
  std::string report;
  for (const auto& check : checks()) report += report_line(check, findings);
  report += summary(checks().size(), findings.size());
  std::fputs(report.c_str(), out);
  std::fflush(out);
  co_return findings.empty() ? 0 : 1;
}

}  // namespace billing::verify
