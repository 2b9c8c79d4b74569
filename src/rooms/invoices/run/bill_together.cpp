#include "rooms/invoices/run/bill_together.hpp"

#include <memory>
#include <set>

#include "rooms/gathering.hpp"

namespace billing::invoices {
namespace {

struct Asker : Gathered {
  static constexpr std::size_t most_together = 50;
  explicit Asker(UserId id) : user_id(id) {}
  UserId user_id;
  OnDemand outcome;
  bool busy = false;  // somebody has the user locked: others are not to wait for that
};
using Askers = Gathering<Asker>::Askers;

/// Those who ask on behalf of one actor, whom the audit names.
thread_local std::map<std::pair<const pg::Session*, std::string>, Gathering<Asker>> gatherings;

/// The first ones. Of two who ask for the same user the second waits for the next time: it is to find what the first one made.
Askers take_some(Gathering<Asker>::Waiting& waiting) {
  std::set<UserId> users;
  return Gathering<Asker>::take_first(waiting, [&users](const Asker& asker) { return users.insert(asker.user_id).second; });
}

struct Failure {
  std::exception_ptr error;
  bool perhaps_a_neighbours = false;
};

Task<Failure> bill(Context& context, std::vector<UserId> user_ids, std::map<UserId, OnDemand>& outcomes, std::set<UserId>* busy) {
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
  std::set<UserId> busy;
  std::vector<UserId> user_ids;
  for (const auto& asker : askers) user_ids.push_back(asker->user_id);
  auto* const skipping = patient ? nullptr : &busy;
  const auto together = co_await bill(context, std::move(user_ids), outcomes, skipping);
  for (const auto& asker : askers) {
    asker->error = together.error;
    asker->busy = busy.contains(asker->user_id);
    if (together.perhaps_a_neighbours && !asker->busy) {
      const auto alone = co_await bill(context, std::vector{asker->user_id}, outcomes, skipping);
      asker->error = alone.error;
      asker->busy = busy.contains(asker->user_id);
    }
    asker->outcome = std::move(outcomes[asker->user_id]);
  }
}

/// Those who ask for one user that is locked: one of them waits for it in the database.
thread_local std::map<std::pair<const pg::Session*, UserId>, std::pair<Gathering<Asker>, int>> waiting_rooms;

Task<void> bill_patiently(Context& context, std::shared_ptr<Asker> mine) {
  const auto room = waiting_rooms.try_emplace({&context.db, mine->user_id}).first;
  auto& [gathering, inside] = room->second;
  ++inside;
  co_await gathering.join(mine, take_some, [&](Askers& askers) -> Task<void> {
    co_await bill_askers(context, askers, true);
    if (!askers.front()->error) co_return;
    for (auto& asker : gathering.take_all()) {  // whoever waits behind a lock would only wait as long again
      asker->error = askers.front()->error;
      askers.push_back(std::move(asker));
    }
  });
  if (--inside == 0) waiting_rooms.erase(room);
}

}  // namespace

Task<OnDemand> bill_together(Context& context, UserId user_id) {
  auto mine = std::make_shared<Asker>(user_id);
  if (context.db.in_transaction()) {
    co_await bill_askers(context, std::vector{mine}, true);
  } else {
    auto for_all = context.with(context.db.root());  // whoever leads does so for others too, and stays when its own client leaves
    co_await gatherings[{&for_all.db, std::string{context.actor}}].join(
        mine, take_some, [&](Askers& askers) { return bill_askers(for_all, askers, false); });
    if (mine->busy) {
      mine = std::make_shared<Asker>(user_id);
      co_await bill_patiently(for_all, mine);
    }
  }
  if (mine->error) std::rethrow_exception(mine->error);
  if (mine->outcome.overflow) throw *mine->outcome.overflow;
  co_return std::move(mine->outcome);
}

}  // namespace billing::invoices
