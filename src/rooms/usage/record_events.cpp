#include "rooms/usage/record_events.hpp"

#include "rooms/written_together.hpp"

namespace billing::usage {
namespace {

thread_local WrittenTogether<UsageEvent, Recorded> recording;

}  // namespace

Task<Recorded> record_event(Context& context, const UsageEvent& event) {
  co_return co_await recording.write_one(context, event, [](const Context& for_all, const std::vector<UsageEvent>& events) {
    return insert_events(for_all.db, for_all, events);
  });
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
