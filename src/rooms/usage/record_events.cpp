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

}  // namespace billing::usage
