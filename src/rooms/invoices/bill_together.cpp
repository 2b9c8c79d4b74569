#include "rooms/invoices/bill_together.hpp"

#include <algorithm>
#include <coroutine>
#include <deque>
#include <memory>
#include <set>

namespace billing::invoices {
namespace {

constexpr std::size_t most_together = 50;
constexpr int most_leaders = 2;  // of a thread: one bills while the other commits

struct Asker {
  UserId user_id;
  OnDemand outcome;
  std::exception_ptr error;
  bool taken = false;  // somebody bills it
  bool answered = false;
  std::coroutine_handle<> waiting;  // none while it leads
};
using Askers = std::vector<std::shared_ptr<Asker>>;

/// Those who ask on behalf of one actor, whom the audit names. As long as somebody waits, somebody leads.
struct Gathering {
  std::deque<std::shared_ptr<Asker>> askers;
  int leaders = 0;
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

Task<Failure> bill(Context& context, std::vector<std::string> user_ids, std::map<UserId, OnDemand>& outcomes) {
  const bool several = user_ids.size() > 1;
  try {
    co_await bill_on_demand(context, std::move(user_ids), outcomes);
  } catch (const pg::Unavailable&) {
    co_return Failure{std::current_exception(), false};
  } catch (...) {
    co_return Failure{std::current_exception(), several};
  }
  co_return Failure{};
}

/// Together; when somebody spoils that, one by one, and each has its own failure.
Task<void> bill_askers(Context& context, const Askers& askers) {
  std::map<UserId, OnDemand> outcomes;
  std::vector<std::string> user_ids;
  for (const auto& asker : askers) user_ids.push_back(asker->user_id.text());
  const auto together = co_await bill(context, std::move(user_ids), outcomes);
  for (const auto& asker : askers) {
    asker->error = together.error;
    if (together.perhaps_a_neighbours) {
      const auto alone = co_await bill(context, std::vector{asker->user_id.text()}, outcomes);
      asker->error = alone.error;
    }
    asker->outcome = std::move(outcomes[asker->user_id]);
  }
}

/// Bills the first of those who wait, hands over to one of the others, and wakes those that it has billed.
Task<void> lead(Context& context, Gathering& gathering) {
  ++gathering.leaders;
  const auto billed = take_some(gathering.askers);
  co_await bill_askers(context, billed);
  --gathering.leaders;
  for (const auto& asker : billed) asker->answered = true;
  const auto next = std::ranges::find_if(gathering.askers, [](const auto& asker) { return asker->waiting != nullptr; });
  if (next != gathering.askers.end()) (*next)->waiting.resume();
  for (const auto& asker : billed) {
    if (asker->waiting) asker->waiting.resume();
  }
}

}  // namespace

Task<OnDemand> bill_together(Context& context, UserId user_id) {
  const auto mine = std::make_shared<Asker>(Asker{user_id, {}, {}, false, false, {}});
  if (context.db.in_transaction()) {
    co_await bill_askers(context, std::vector{mine});
  } else {
    auto& gathering = gatherings[{&context.db, std::string{context.actor}}];
    gathering.askers.push_back(mine);
    while (!mine->answered) {
      if (mine->taken || gathering.leaders >= most_leaders) {
        co_await Turn{*mine};
      } else {
        co_await lead(context, gathering);
      }
    }
  }
  if (mine->error) std::rethrow_exception(mine->error);
  if (mine->outcome.overflow) throw *mine->outcome.overflow;
  co_return std::move(mine->outcome);
}

}  // namespace billing::invoices
