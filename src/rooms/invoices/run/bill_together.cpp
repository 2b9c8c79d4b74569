#include "rooms/invoices/run/bill_together.hpp"

#include <algorithm>
#include <coroutine>
#include <deque>
#include <memory>
#include <set>

namespace billing::invoices {
namespace {

constexpr std::size_t most_together = 50;

struct Asker {
  UserId user_id;
  OnDemand outcome;
  std::exception_ptr error;
  bool taken = false;  // somebody bills it
  bool answered = false;
  bool busy = false;  // somebody has the user locked: others are not to wait for that
  std::coroutine_handle<> waiting;  // none while it leads
};
using Askers = std::vector<std::shared_ptr<Asker>>;

/// Those who ask on behalf of one actor, whom the audit names. As long as somebody waits, somebody leads.
struct Gathering {
  std::deque<std::shared_ptr<Asker>> askers;
  bool led = false;  // one leads at a time: the more wait meanwhile, the more are billed together, and the less each costs
};
thread_local std::map<std::pair<const pg::Session*, std::string>, Gathering> gatherings;

/// Until it is answered, or has to lead.
class Turn {
 public:
  explicit Turn(Asker& asker) : asker_(asker) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { asker_.waiting = {}; }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) const noexcept { asker_.waiting = caller; }
  void await_resume() const noexcept {}

 private:
  Asker& asker_;
};

/// The first ones. Of two who ask for the same user the second waits for the next time: it is to find what the first one made.
Askers take_some(std::deque<std::shared_ptr<Asker>>& askers) {
  Askers taken;
  std::set<UserId> users;
  std::deque<std::shared_ptr<Asker>> left;
  for (auto& asker : askers) {
    const bool taking = taken.size() < most_together && users.insert(asker->user_id).second;
    if (taking) {
      asker->taken = true;
      taken.push_back(std::move(asker));
    } else {
      left.push_back(std::move(asker));
    }
  }
  askers = std::move(left);
  return taken;
}

struct Failure {
  std::exception_ptr error;
  bool perhaps_a_neighbours = false;
};

Task<Failure> bill(Context& context, std::vector<std::string> user_ids, std::map<UserId, OnDemand>& outcomes, std::set<std::string>* busy) {
  const bool several = user_ids.size() > 1;
  try {
    co_await bill_on_demand(context, std::move(user_ids), outcomes, busy);
  } catch (const pg::Unavailable&) {
    co_return Failure{std::current_exception(), false};
  } catch (...) {
    co_return Failure{std::current_exception(), several};
  }
  co_return Failure{};
}

/// Together; when somebody spoils that, one by one, and each has its own failure. Without `patient` those who are locked are marked `busy`.
Task<void> bill_askers(Context& context, const Askers& askers, bool patient) {
  std::map<UserId, OnDemand> outcomes;
  std::set<std::string> busy;
  std::vector<std::string> user_ids;
  for (const auto& asker : askers) user_ids.push_back(asker->user_id.text());
  auto* const skipping = patient ? nullptr : &busy;
  const auto together = co_await bill(context, std::move(user_ids), outcomes, skipping);
  for (const auto& asker : askers) {
    asker->error = together.error;
    asker->busy = busy.contains(asker->user_id.text());
    if (together.perhaps_a_neighbours && !asker->busy) {
      const auto alone = co_await bill(context, std::vector{asker->user_id.text()}, outcomes, skipping);
      asker->error = alone.error;
      asker->busy = busy.contains(asker->user_id.text());
    }
    asker->outcome = std::move(outcomes[asker->user_id]);
  }
}

/// Bills the first of those who wait, hands over to one of the others, and wakes those that it has billed.
Task<void> lead(Context& context, Gathering& gathering, bool patient) {
  gathering.led = true;
  auto billed = take_some(gathering.askers);
  co_await bill_askers(context, billed, patient);
  gathering.led = false;
  if (patient && billed.front()->error) {  // whoever waits behind a lock would only wait as long again
    for (auto& asker : std::exchange(gathering.askers, {})) {
      asker->error = billed.front()->error;
      billed.push_back(std::move(asker));
    }
  }
  for (const auto& asker : billed) asker->answered = true;
  const auto next = std::ranges::find_if(gathering.askers, [](const auto& asker) { return asker->waiting != nullptr; });
  if (next != gathering.askers.end()) (*next)->waiting.resume();
  for (const auto& asker : billed) {
    if (asker->waiting) asker->waiting.resume();
  }
}

Task<void> bill_in(Context& context, Gathering& gathering, std::shared_ptr<Asker> mine, bool patient) {
  gathering.askers.push_back(mine);
  while (!mine->answered) {
    if (mine->taken || gathering.led) {
      co_await Turn{*mine};
    } else {
      co_await lead(context, gathering, patient);
    }
  }
}

/// Those who ask for one user that is locked: one of them waits for it in the database.
thread_local std::map<std::pair<const pg::Session*, UserId>, std::pair<Gathering, int>> waiting_rooms;

Task<void> bill_patiently(Context& context, std::shared_ptr<Asker> mine) {
  const auto room = waiting_rooms.try_emplace({&context.db, mine->user_id}).first;
  ++room->second.second;
  co_await bill_in(context, room->second.first, mine, true);
  if (--room->second.second == 0) waiting_rooms.erase(room);
}

}  // namespace

Task<OnDemand> bill_together(Context& context, UserId user_id) {
  const auto asker_for = [&] { return std::make_shared<Asker>(Asker{.user_id = user_id, .outcome = {}, .error = {}, .waiting = {}}); };
  auto mine = asker_for();
  if (context.db.in_transaction()) {
    co_await bill_askers(context, std::vector{mine}, true);
  } else {
    auto for_all = context.with(context.db.root());  // whoever leads does so for others too, and stays when its own client leaves
    co_await bill_in(for_all, gatherings[{&for_all.db, std::string{context.actor}}], mine, false);
    if (mine->busy) {
      mine = asker_for();
      co_await bill_patiently(for_all, mine);
    }
  }
  if (mine->error) std::rethrow_exception(mine->error);
  if (mine->outcome.overflow) throw *mine->outcome.overflow;
  co_return std::move(mine->outcome);
}

}  // namespace billing::invoices
