#include "rooms/usage/record_events.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "rooms/gathering.hpp"

namespace billing::usage {
namespace {

constexpr std::size_t most_together = 200;

struct Sender : Gathered {
  explicit Sender(UsageEvent sent) : event(std::move(sent)) {}
  UsageEvent event;
  Recorded recorded = Recorded::accepted;
  bool alone = false;  // it was not recorded with the others
};
using Senders = Gathering<Sender>::Askers;

thread_local std::map<const pg::Session*, Gathering<Sender>> gatherings;

Senders take_some(Gathering<Sender>::Waiting& waiting) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(most_together, waiting.size()));
  Senders taken{std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.begin() + count)};
  waiting.erase(waiting.begin(), waiting.begin() + count);
  return taken;
}

/// Where one of several spoils it, or meets a lock, each is told to go by itself: nobody waits or fails for a neighbour.
Task<void> record_together(const Context& context, Senders& senders) {
  std::vector<UsageEvent> events;
  for (const auto& sender : senders) events.push_back(sender->event);
  try {
    const auto recorded = co_await insert_events(context.db, context, events);
    for (std::size_t i = 0; i < senders.size(); ++i) senders[i]->recorded = recorded[i];
  } catch (const pg::StatementError&) {
    if (senders.size() == 1) throw;
    for (const auto& sender : senders) sender->alone = true;
  }
}

Task<Recorded> record_alone(Context& context, const UsageEvent& event) {
  co_return (co_await insert_events(context.db, context, std::vector{event}))[0];
}

}  // namespace

Task<Recorded> record_event(Context& context, const UsageEvent& event) {
  if (context.db.in_transaction()) co_return co_await record_alone(context, event);
  auto for_all = context.with(context.db.root());  // whoever leads does so for others too, and stays when its own client leaves
  auto mine = std::make_shared<Sender>(event);
  co_await gatherings[&for_all.db].join(mine, take_some, [&](Senders& senders) { return record_together(for_all, senders); });
  if (mine->error) std::rethrow_exception(mine->error);
  if (mine->alone) co_return co_await record_alone(context, event);
  co_return mine->recorded;
}

Task<std::vector<Recorded>> record_events(pg::Transaction& tx, const Context& context, const std::vector<UsageEvent>& events,
                                          const std::vector<std::optional<std::string>>& refusals) {
  std::vector<UsageEvent> wanted;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (refusals[i]) continue;
    wanted.push_back(events[i]);
    places.push_back(i);
  }
  const auto recorded = co_await insert_events(tx, context, wanted);

  std::vector<Recorded> results(events.size(), Recorded::accepted);
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = recorded[k];
  co_return results;
}

}  // namespace billing::usage
