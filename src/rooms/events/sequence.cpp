#include "rooms/events/sequence.hpp"

#include <algorithm>

namespace billing::events {
namespace {

constexpr std::int64_t most_at_once = 20'000;
/// Rows of the audit that may be written before its index is told of them: some megabytes that every look has to go through.
constexpr std::int64_t worth_summarizing = 50'000;

constexpr pg::Statement select_unsequenced{"SELECT events_wait()"};
constexpr pg::Statement select_mark{"SELECT xid FROM event_mark"};
constexpr pg::Statement sequence_some{"SELECT sequence_events($1)", pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement summarize{"SELECT summarize_audit()", pg::Planned::once, pg::Lane::scan};

}  // namespace

Task<bool> anything_unsequenced(pg::Session& db) { co_return (co_await db.query(select_unsequenced))[0].boolean(0); }

Task<std::string> mark(pg::Session& db) { co_return std::string{(co_await db.query(select_mark))[0].text(0)}; }

Task<std::int64_t> give_sequences(Context& context) {
  static thread_local std::int64_t since_summary = 0;
  std::int64_t total = 0;
  while (true) {
    const auto waiting = (co_await context.db.query(sequence_some, pg::Params{}.add(most_at_once)))[0].integer(0);
    const auto some = std::min(waiting, most_at_once);
    total += some;
    since_summary += some;
    if (some == waiting) break;
  }
  if (since_summary >= worth_summarizing) {
    since_summary = 0;
    co_await context.db.query(summarize);
  }
  co_return total;
}

}  // namespace billing::events
