#pragma once

#include "app/app.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server/server.hpp"

namespace billing::app {

/// Which routes there are behind a port: the whole API, or only what watches a process (/metrics, /healthz, /readyz).
enum class Door : std::uint8_t { api, operations };

/// What happens to every request, in this order: CORS, route, key and scope, simulated time, rate limit, Idempotency-Key, handler; then
/// whatever was thrown becomes a problem, and the request is counted.
class Dispatcher {
 public:
  explicit Dispatcher(App& app, Door door = Door::api);

  /// What the HTTP server calls.
  http::Service service();

 private:
  Task<http::Response> handle(http::Request& request);
  Task<http::Response> serve(http::Request& request, std::string_view& route);
  std::size_t body_limit(http::Method method, std::string_view path) const;

  App& app_;
  Door door_;
  http::Router router_;
};

}  // namespace billing::app
