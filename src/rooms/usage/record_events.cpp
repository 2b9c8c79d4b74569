#include "rooms/usage/record_events.hpp"

#include <algorithm>
#include <set>

#include "rooms/facts/due.hpp"
#include "rooms/users/store.hpp"

namespace billing::usage {
namespace {

/// Billing settles a period no earlier than two hours after its end (invoices/bill_users.cpp), and no statement runs longer than half
/// a minute: an event recorded within an hour of its time is seen before its period is settled, and needs no lock.
constexpr auto late_after = std::chrono::hours{1};

/// Under a simulated clock every event counts as late: two hours may pass there between a look at the clock and the commit.
bool is_late(const UsageEvent& event, const Clock& clock) { return clock.simulated() || event.at < clock.now() - late_after; }

/// The billing locks come first: whoever bills one of these users sees all of the late events or none of them.
void lock_late_users(pg::Transaction& tx, const std::vector<UsageEvent>& events, const Clock& clock) {
  std::set<std::string> users;
  for (const auto& event : events) {
    if (is_late(event, clock)) users.insert(event.user_id.text());
  }
  if (!users.empty()) users::lock_users(tx, {users.begin(), users.end()});
}

void unsettle_late(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                   const std::vector<Recorded>& results) {
  std::set<std::pair<std::string, Date>> late;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool counts = results[i] == Recorded::accepted && is_late(events[i], context.clock);
    if (counts) late.emplace(events[i].user_id.text(), date_of(events[i].at));
  }
  if (late.empty()) return;
  std::vector<std::string> users;
  std::vector<Date> days;
  for (const auto& [user, day] : late) {
    users.push_back(user);
    days.push_back(day);
  }
  facts::reopen(tx, context, users, days);
}

}  // namespace

Task<Recorded> record_event(Context& context, const UsageEvent& event) {
  const std::vector events{event};
  if (!is_late(event, context.clock)) co_return co_await insert_event(context, event);

  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  lock_late_users(tx, events, context.clock);
  const std::vector results{co_await insert_event(within, event)};
  unsettle_late(tx, context, events, results);
  co_await tx.commit();
  co_return results.front();
}

Task<std::vector<Recorded>> record_events(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                                          const std::vector<std::optional<std::string>>& refusals) {
  std::set<UserId> user_ids;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!refusals[i]) user_ids.insert(events[i].user_id);
  }
  std::vector<std::string> user_texts;
  for (const auto& id : user_ids) user_texts.push_back(id.text());
  const auto unknown_ids = co_await unknown_users(tx, user_texts);
  const std::set<std::string> unknown(unknown_ids.begin(), unknown_ids.end());

  std::vector<UsageEvent> wanted;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (refusals[i] || (!unknown.empty() && unknown.contains(events[i].user_id.text()))) continue;
    wanted.push_back(events[i]);
    places.push_back(i);
  }
  lock_late_users(tx, wanted, context.clock);
  const auto recorded = co_await insert_events(tx, context, wanted);
  unsettle_late(tx, context, wanted, recorded);

  std::vector<Recorded> results(events.size(), Recorded::unknown_user);
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = recorded[k];
  co_return results;
}

}  // namespace billing::usage
