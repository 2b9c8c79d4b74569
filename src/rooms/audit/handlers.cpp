#include "rooms/audit/handlers.hpp"

#include <boost/json.hpp>

#include "core/ids.hpp"
#include "platform/http/answer.hpp"
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
  request.allow_query_params({"entity_id", "user_id", "limit", "after"});
  const auto page = http::Page::of(request);
  const EventFilter filter{.entity_id = request.query_param("entity_id"),
                           .user_id = http::query_id<UserId>(request, "user_id").transform(&UserId::text)};
  boost::json::array items;
  for (const auto& event : co_await find_events(context.db, filter, page.after, page.fetch())) items.push_back(to_json(event));
  co_return http::list_answer(request, page, std::move(items));
}

}  // namespace billing::audit
