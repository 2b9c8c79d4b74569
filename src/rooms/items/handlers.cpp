#include "rooms/items/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/items/item_json.hpp"
#include "rooms/users/store.hpp"

namespace billing::items {

Task<http::Response> list_items(Context& context, const http::Request& request) {
  request.allow_query_params({"limit", "after"});
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto page = http::Page::of(request);
  boost::json::array out;
  for (const auto& item : co_await find_items(context.db, user, page.after, page.fetch())) out.push_back(to_json(item));
  if (out.empty()) co_await users::require_user(context.db, user);
  co_return http::list_answer(request, page, std::move(out));
}

Task<http::Response> get_item(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto id = http::path_id<ItemId>(request, 1, "item");
  co_return http::answer(200, to_json(co_await require_item(context.db, user, id)));
}

Task<http::Response> delete_item(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto id = http::path_id<ItemId>(request, 1, "item");
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {user});
  const auto item = co_await require_item(tx, user, id);
  if (item.invoice_id) throw conflict("already_billed", "The item is on invoice " + item.invoice_id->text() + ": credit it there instead.");
  delete_row(tx, context, item);
  co_await tx.commit();
  http::Response response;
  response.status = 204;
  co_return response;
}

}  // namespace billing::items
