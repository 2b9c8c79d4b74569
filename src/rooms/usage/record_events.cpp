#include "rooms/usage/record_events.hpp"

#include <set>

namespace billing::usage {

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
  const auto recorded = co_await insert_events(tx, context, wanted);

  std::vector<Recorded> results(events.size(), Recorded::unknown_user);
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = recorded[k];
  co_return results;
}

}  // namespace billing::usage
