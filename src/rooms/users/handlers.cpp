#include "rooms/users/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/list.hpp"
#include "rooms/users/create_user.hpp"
#include "rooms/users/details.hpp"
#include "rooms/users/email.hpp"
#include "rooms/users/patch_user.hpp"
#include "rooms/users/store.hpp"

namespace billing::users {
namespace {

std::string parse_email(json::Object& body) {
  const auto errors = body.error_count();
  auto email = body.text("email", 254);
  if (body.error_count() == errors && !is_email(email)) body.fail("email", "must be an e-mail address, such as demo@example.com");
  return email;
}

Task<bool> has_external_id(pg::Session& db, const std::optional<std::string>& external_id) {
  if (!external_id) co_return false;
  co_return !(co_await find_users(db, WithExternalId{*external_id}, {}, 1)).empty();
}

}  // namespace

Task<http::Response> create_user(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  User wish{.id = {}, .email = parse_email(body), .payment_method = {}, .created_at = {}, .updated_at = {}};
  wish.payment_method = body.optional_text("payment_method", 255);
  wish.details = parse_details(body, {});
  body.finish();

  const auto user = co_await create_user(context, wish);
  if (!user && co_await has_external_id(context.db, wish.details.external_id)) throw external_id_taken(*wish.details.external_id);
  if (!user) throw email_taken(wish.email);
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
  const auto external_id = http::query_text(request, "external_id", 200);
  if (external_id && (ids || email || part)) throw unacceptable("?external_id", "cannot be given together with `email`, `q` or `ids`");
  if (external_id) return WithExternalId{*external_id};
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
  auto page = http::Page::of(request, {"email", "q", "ids", "external_id", "format"});
  const auto filter = parse_filter(request);
  // Who asks for a hundred by name is not to turn pages.
  if (std::holds_alternative<std::vector<UserId>>(filter) && !page.limited) page.limit = most_ids;
  auto find = [filter](pg::Session& db, auto after, auto limit) { return find_users(db, filter, std::move(after), limit); };
  co_return co_await list_or_file(context, request, page, std::move(find), to_json, csv_columns(), "users");
}

Task<http::Response> get_user(Context& context, const http::Request& request) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  co_return http::answer(200, to_json(co_await require_user(context.db, id)));
}

Task<http::Response> patch_user(Context& context, const http::Request& request) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  constexpr int most_tries = 20;  // who changes a user at the same time has changed it by then
  for (int i = 0; i < most_tries; ++i) {
    const auto before = co_await require_version(context.db, id);
    auto body = http::json_body(request);
    auto after = before.user;
    if (body.has("email")) after.email = parse_email(body);
    if (body.has("payment_method")) after.payment_method = body.nullable_text("payment_method", 255);
    after.details = parse_details(body, before.user.details);
    body.finish();
    if (const auto saved = co_await save_user(context, before, after)) co_return http::answer(200, to_json(*saved));
  }
  throw Refusal(503, "database_unavailable", "Others are changing this user at the same time. Nothing was changed: try again in a moment.");
}

namespace {
constexpr pg::Statement select_live{"SELECT count(*) FROM subscriptions WHERE user_id = $1 AND status <> 'canceled'"};
}

Task<http::Response> anonymize_user(Context& context, const http::Request& request) {
  const auto id = http::path_id<UserId>(request, 0, "user");
  http::require_no_members(request);
  auto tx = co_await context.db.begin();
  lock_users(tx, {id});
  co_await require_user(tx, id);
  const auto live = co_await tx.query(select_live, pg::Params{}.add(id.text()));
  if (live[0].integer(0) > 0) {
    throw conflict("subscription_live",
                   "The user has a subscription that is not canceled: cancel it first, then what names the person can go.");
  }
  anonymize(tx, context, id);
  const auto saved = co_await require_user(tx, id);
  co_await tx.commit();
  co_return http::answer(200, to_json(saved));
}

}  // namespace billing::users
