#pragma once

#include "app/app.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server/server.hpp"

namespace billing::app {

/// Which routes there are behind a port: the whole API, or only what watches a process (/metrics, /healthz, /readyz).
enum class Door : std::uint8_t { api, operations };

struct Route;

/// What happens to every request, in this order: CORS, route, key and scope, simulated time, rate limit, Idempotency-Key, handler; then
/// whatever was thrown becomes a problem, and the request is counted. Route, key and scope are looked at before a body that is still on
/// its way is read, and not again after it. A request that takes longer than half a minute, or whose client has left, goes no further.
class Dispatcher {
 public:
  explicit Dispatcher(App& app, Door door = Door::api);

  /// What the HTTP server calls.
  http::Service service();

 private:
  Task<std::optional<http::Response>> admit(http::Request& request);
  Task<http::Response> handle(http::Request& request, const http::Peer& peer);
  Task<http::Response> serve(http::Request& request, const pg::Caller& caller, std::string_view& route);
  Task<keys::Identity> enter(const Route& route, http::Request& request);
  std::size_t body_limit(http::Method method, std::string_view path) const;

  App& app_;
  Door door_;
  http::Router router_;
};

}  // namespace billing::app
