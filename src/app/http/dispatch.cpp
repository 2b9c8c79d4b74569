#include "app/http/dispatch.hpp"

#include <chrono>

#include "app/http/cors.hpp"
#include "app/http/rate_limit.hpp"
#include "app/http/routes.hpp"
#include "app/http/session_handlers.hpp"
#include "app/work/simulated_time.hpp"
#include "platform/http/problem.hpp"
#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

Refusal database_unavailable() {
  Refusal refusal(503, "database_unavailable", "PostgreSQL cannot be reached right now. Nothing is lost: try again in a moment.");
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

Refusal internal_error() {
  return {500, "internal_error", "Something is broken on our side. The request_id finds it in the server's log."};
}

/// Statements that failed for lack of something that comes back: connections, locks, time, the server itself.
bool is_outage(const pg::StatementError& error) {
  return error.transient() || error.sqlstate == "57014" || error.sqlstate.starts_with("57P") || error.sqlstate.starts_with("53") ||
         error.sqlstate.starts_with("08");
}

/// What was thrown below, as an answer. Called while handling the exception.
http::Response answer_of_current_exception(const http::Request& request) {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return http::problem(refusal, request.request_id);
  } catch (const pg::Unavailable& error) {
    log::warn("database_unavailable", {{"request_id", request.request_id}, {"error", error.what()}});
    return http::problem(database_unavailable(), request.request_id);
  } catch (const pg::StatementError& error) {
    log::error("statement_failed", {{"request_id", request.request_id}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    return http::problem(is_outage(error) ? database_unavailable() : internal_error(), request.request_id);
  } catch (const std::exception& error) {
    log::error("request_failed", {{"request_id", request.request_id}, {"error", error.what()}});
    return http::problem(internal_error(), request.request_id);
  }
}

/// Where to look instead.
std::string_view directions(Door door) {
  return door == Door::api ? "GET /docs shows what there is." : "METRICS_PORT has /metrics, /healthz and /readyz alone.";
}

const Route& find_route(const http::Router& router, http::Request& request, Door door) {
  auto match = router.match(request.method, request.path);
  using enum http::Router::Match::Kind;
  if (match.kind == not_found)
    throw billing::not_found("There is nothing at " + std::string{request.path} + ": " + std::string{directions(door)});
  if (match.kind == method_not_allowed) {
    Refusal refusal(405, "method_not_allowed", std::string{request.path} + " takes " + match.allow + ".");
    refusal.headers.emplace_back("Allow", match.allow);
    throw refusal;
  }
  request.path_params = std::move(match.params);
  return routes()[match.index];
}

void require_scope(const keys::Identity& identity, keys::Scope needed) {
  if (keys::includes(identity.scope, needed)) return;
  throw Refusal(
      403, "forbidden",
      "This key has the scope " + std::string{to_text(identity.scope)} + "; the request needs " + std::string{to_text(needed)} + ".");
}

}  // namespace

Dispatcher::Dispatcher(App& app, Door door) : app_(app), door_(door) {
  for (std::size_t i = 0; i < routes().size(); ++i) {
    if (door == Door::api || is_operational(routes()[i])) router_.add(routes()[i].method, routes()[i].pattern, i);
  }
}

http::Service Dispatcher::service() {
  return {.body_limit = [this](http::Method method, std::string_view path) { return body_limit(method, path); },
          .handle = [this](http::Request& request) { return handle(request); }};
}

std::size_t Dispatcher::body_limit(http::Method method, std::string_view path) const {
  const auto match = router_.match(method, path);
  return match.kind == http::Router::Match::Kind::found ? routes()[match.index].body_limit : std::size_t{1} << 20;
}

Task<http::Response> Dispatcher::serve(http::Request& request, std::string_view& pattern) {
  const auto& route = find_route(router_, request, door_);
  pattern = route.pattern;
  keys::Identity identity{"", "anonymous", keys::Scope::read};
  if (route.scope) {
    identity = co_await identify(app_, request);
    require_scope(identity, *route.scope);
    co_await catch_up_simulated_time(app_);
  }
  if (route.guard == Guard::user_rate) {
    co_await take_user_token(app_, identity.key_id.empty() ? request.remote_address : identity.key_id);
  }
  auto context = app_.context(app_.db, identity.actor, identity.key_id);
  const auto key = route.method == http::Method::post ? idempotency::key_of(request) : std::nullopt;
  if (!key || route.idempotency == idempotency::Mode::ignored) co_return co_await route.handler(app_, context, request);
  co_return co_await idempotency::run_once(context, identity.key_id, *key, request, route.idempotency,
                                           [&](Context& within) { return route.handler(app_, within, request); });
}

Task<http::Response> Dispatcher::handle(http::Request& request) {
  const auto started = std::chrono::steady_clock::now();
  std::string_view route = "unmatched";
  http::Response response;
  const auto& origins = app_.shared.config.cors_origins;
  if (is_preflight(request)) {
    route = "preflight";
    response = preflight_answer(request, origins);
  } else {
    try {
      response = co_await serve(request, route);
    } catch (...) {
      response = answer_of_current_exception(request);
    }
    add_cors_headers(request, origins, response);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  app_.shared.metrics.request_served(route, method_name(request.method), response.status, took.count());
  log::debug("request", {{"request_id", request.request_id},
                         {"method", request.method_text},
                         {"route", route},
                         {"status", response.status},
                         {"ms", static_cast<std::int64_t>(took.count() * 1000)}});
  co_return response;
}

}  // namespace billing::app
