#include "rooms/audit/handlers.hpp"

#include <boost/json.hpp>

#include "core/ids.hpp"
#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/audit/store.hpp"

namespace billing::audit {
namespace {

boost::json::object to_json(const Event& event) {
  return {{"id", event.id},
          {"at", to_text(event.at)},
          {"actor", event.actor},
          {"key_id", http::nullable(event.key_id)},
          {"action", event.entry.action},
          {"entity", event.entry.entity},
          {"entity_id", event.entry.entity_id},
          {"user_id", http::nullable(event.entry.user_id)},
          {"from", http::nullable(event.entry.from)},
          {"to", http::nullable(event.entry.to)}};
}

}  // namespace

Task<http::Response> list_events(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"entity_id", "user_id"});
  const EventFilter filter{.entity_id = request.query_param("entity_id"),
                           .user_id = http::query_id<UserId>(request, "user_id").transform(&UserId::text)};
  co_return co_await http::list_page(request, page, find_events(context.db, filter, page.after, page.fetch()), to_json);
}

}  // namespace billing::audit
