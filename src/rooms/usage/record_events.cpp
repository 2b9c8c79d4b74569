#include "rooms/usage/record_events.hpp"

#include <algorithm>
#include <coroutine>
#include <map>
#include <memory>
#include <set>

#include "core/billing/due.hpp"
#include "rooms/users/store.hpp"

namespace billing::usage {
namespace {

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
  unsettle_periods(tx, context, users, days);
}

/// A late event on its way, and what became of it.
struct Late {
  UsageEvent event;
  Recorded result{};
  std::exception_ptr error;
  bool answered = false;
  std::coroutine_handle<> waiting;  // none while it records
};
using LateOnes = std::vector<std::shared_ptr<Late>>;

/// The late events of one user take one connection, however many there are: while one transaction waits for the user's lock, those that
/// arrive are held, and go together next.
struct Gathering {
  LateOnes held;
  bool recording = false;
};
thread_local std::map<std::pair<const pg::Session*, UserId>, Gathering> gatherings;

class Turn {
 public:
  explicit Turn(Late& late) : late_(late) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { late_.waiting = {}; }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) const noexcept { late_.waiting = caller; }
  void await_resume() const noexcept {}

 private:
  Late& late_;
};

Task<void> record_late(Context& context, const LateOnes& late) {
  std::vector<UsageEvent> events;
  for (const auto& each : late) events.push_back(each->event);
  auto tx = co_await context.db.begin();
  const auto results = co_await record_events(tx, context, events, std::vector<std::optional<std::string>>(events.size()));
  co_await tx.commit();
  for (std::size_t i = 0; i < late.size(); ++i) late[i]->result = results[i];
}

/// Together; when the database refuses that, one by one, unless it would refuse each of them.
Task<void> record_held(Context& context, const LateOnes& late) {
  std::exception_ptr failure;
  bool each = false;
  try {
    co_await record_late(context, late);
    co_return;
  } catch (const pg::StatementError& error) {
    failure = std::current_exception();
    each = late.size() > 1 && !error.transient();
  } catch (...) {
    failure = std::current_exception();
  }
  for (const auto& one : late) {
    one->error = failure;
    if (!each) continue;
    try {
      one->error = nullptr;
      co_await record_late(context, {one});
    } catch (...) {
      one->error = std::current_exception();
    }
  }
}

Task<void> lead(Context& context, Gathering& gathering) {
  constexpr std::size_t most_together = 1'000;
  gathering.recording = true;
  LateOnes taken;
  const auto count = std::min(gathering.held.size(), most_together);
  const auto end = gathering.held.begin() + static_cast<std::ptrdiff_t>(count);
  std::move(gathering.held.begin(), end, std::back_inserter(taken));
  gathering.held.erase(gathering.held.begin(), end);
  co_await record_held(context, taken);
  gathering.recording = false;
  for (const auto& late : taken) late->answered = true;
  if (!gathering.held.empty() && gathering.held.front()->waiting) gathering.held.front()->waiting.resume();  // leads next
  for (const auto& late : taken) {
    if (late->waiting) late->waiting.resume();
  }
}

Task<Recorded> record_with_others(Context& context, const UsageEvent& event) {
  auto for_all = context.with(context.db.root());  // whoever records does so for others too
  const std::pair key{&for_all.db, event.user_id};
  const auto mine = std::make_shared<Late>(Late{event, {}, {}, false, {}});
  gatherings[key].held.push_back(mine);
  while (!mine->answered) {
    auto& gathering = gatherings[key];
    if (gathering.recording || std::ranges::find(gathering.held, mine) == gathering.held.end()) {
      co_await Turn{*mine};
    } else {
      co_await lead(for_all, gathering);
    }
  }
  if (const auto over = gatherings.find(key); over != gatherings.end() && over->second.held.empty() && !over->second.recording) {
    gatherings.erase(over);
  }
  if (mine->error) std::rethrow_exception(mine->error);
  co_return mine->result;
}

}  // namespace

Task<Recorded> record_event(Context& context, const UsageEvent& event) {
  const std::vector events{event};
  if (!is_late(event, context.clock)) co_return co_await insert_event(context, event);
  if (!context.db.in_transaction()) co_return co_await record_with_others(context, event);

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
