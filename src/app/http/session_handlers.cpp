#include "app/http/session_handlers.hpp"

#include <boost/json.hpp>

#include "app/http/cookie.hpp"
#include "platform/http/answer.hpp"
#include "rooms/keys/sessions.hpp"

namespace billing::app {
namespace {

boost::json::object to_json(const keys::Identity& identity) {
  return {{"actor", identity.actor}, {"scope", to_text(identity.scope)}, {"keys", !identity.key_id.empty()}};
}

}  // namespace

namespace {

Task<keys::Identity> look_up(App& app, const http::Request& request) {
  const auto authorization = request.header("Authorization");
  if (const auto token = session_token(request); authorization.empty() && !token.empty()) {
    if (auto signed_in = co_await keys::find_session(app.db, token)) co_return *std::move(signed_in);
  }
  co_return co_await app.keys.identify(app.db, request);
}

}  // namespace

Task<keys::Identity> identify(App& app, http::Request& request) {
  if (const auto* known = std::any_cast<keys::Identity>(&request.pass)) co_return *known;
  auto identity = co_await look_up(app, request);
  request.pass = identity;
  co_return identity;
}

/// Its scope has let it in, so the request carries who it is.
Task<http::Response> get_me(App&, Context&, const http::Request& request) {
  co_return http::answer(200, to_json(std::any_cast<const keys::Identity&>(request.pass)));
}

Task<http::Response> sign_in(App& app, Context&, const http::Request& request) {
  auto body = http::json_body(request);
  const auto key = body.text("key", 255);
  body.finish();
  if (came_from_elsewhere(request))
    throw Refusal(403, "forbidden", "Only a page of this server can sign in: the request came from another site.");

  const auto identity = co_await app.keys.identify(app.db, request, key);
  if (!identity.key_id.empty() && identity.scope == keys::Scope::ingest) {
    throw Refusal(403, "forbidden", "This key may only record usage. Sign in with one of the scope read, write or admin.");
  }
  auto response = http::answer(201, to_json(identity));
  // While there is no key everybody is an admin, and there is nothing that a session would be of.
  if (!identity.key_id.empty()) response.set("Set-Cookie", session_cookie(request, co_await keys::begin_session(app.db, identity.key_id)));
  co_return response;
}

Task<http::Response> sign_out(App& app, Context&, const http::Request& request) {
  if (const auto token = session_token(request); !token.empty()) co_await keys::end_session(app.db, token);
  http::Response response;
  response.status = 204;
  response.set("Set-Cookie", session_cookie(request, ""));
  co_return response;
}

}  // namespace billing::app
