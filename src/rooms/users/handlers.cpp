#include "rooms/users/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/users/email.hpp"
#include "rooms/users/store.hpp"

namespace billing::users {
namespace {

boost::json::object to_json(const User& user) {
  return {{"id", user.id.text()},
          {"email", user.email},
          {"payment_method", http::nullable(user.payment_method)},
          {"created_at", to_text(user.created_at)},
          {"updated_at", to_text(user.updated_at)}};
}

}  // namespace

Task<http::Response> create_user(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  const auto email = body.text("email", 254);
  if (body.error_count() == 0 && !is_email(email)) body.fail("email", "must be an e-mail address, such as demo@example.com");
  body.finish();

  const auto user = co_await create_user(context, email);
  if (!user) throw conflict("email_taken", "A user with the address " + email + " exists already: GET /users?email=… finds it.");
  auto response = http::answer(201, to_json(*user));
  response.set("Location", "/users/" + user->id.text());
  co_return response;
}

namespace {

constexpr std::size_t most_ids = 100;

/// A '+' in a query is a blank, by the rules of forms; no address has a blank, and many have a '+'.
std::optional<std::string> with_plus(std::optional<std::string> text) {
  if (text) std::ranges::replace(*text, ' ', '+');
  return text;
}

UserFilter parse_filter(const http::Request& request) {
  const auto email = with_plus(request.query_param("email"));
  const auto part = with_plus(http::query_text(request, "q", 254));
  auto ids = http::query_ids<UserId>(request, "ids", most_ids);
  if (ids && (email || part)) throw unacceptable("?ids", "cannot be given together with `email` or `q`");
  if (email && part) throw unacceptable("?q", "cannot be given together with `email`");
  if (ids) return *std::move(ids);
  if (email) return WithAddress{*email};
  if (!part) return Everybody{};
  if (const auto id = UserId::parse(*part)) return std::vector{*id};
  return WithPartOfAddress{*part};
}

}  // namespace

Task<http::Response> list_users(Context& context, const http::Request& request) {
  request.allow_query_params({"email", "q", "ids", "limit", "after"});
  auto page = http::Page::of(request);
  const auto filter = parse_filter(request);
  // Who asks for a hundred by name is not to turn pages.
  if (std::holds_alternative<std::vector<UserId>>(filter) && !request.query_param("limit")) page.limit = most_ids;
  boost::json::array items;
  for (const auto& user : co_await find_users(context.db, filter, page.after, page.fetch())) items.push_back(to_json(user));
  co_return http::list_answer(request, page, std::move(items));
}

Task<http::Response> get_user(Context& context, const http::Request& request) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  co_return http::answer(200, to_json(co_await require_user(context.db, id)));
}

Task<http::Response> patch_user(Context& context, const http::Request& request) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  auto body = http::json_body(request);
  const bool given = body.has("payment_method");
  const auto payment_method = body.nullable_text("payment_method", 255);
  body.finish();

  const auto user = co_await (given ? set_payment_method(context, id, payment_method) : find_user(context.db, id));
  if (!user) throw unknown_user(id);
  co_return http::answer(200, to_json(*user));
}

}  // namespace billing::users
