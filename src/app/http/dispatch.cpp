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

Refusal try_again(std::string_view code, std::string detail) {
  Refusal refusal(503, code, std::move(detail));
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

Refusal database_unavailable() {
  return try_again("database_unavailable", "PostgreSQL cannot serve this right now. Nothing was changed: try again in a moment.");
}

Refusal outcome_unknown(const http::Request& request) {
  if (request.method == http::Method::get || request.method == http::Method::head) return database_unavailable();
  return try_again("outcome_unknown",
                   "PostgreSQL went away before it said whether this was done: it may have been. Repeat it with the same Idempotency-Key "
                   "or event_id, so that it counts once; if you sent none, look before you repeat it.");
}

Refusal too_slow() {
  return try_again("too_slow",
                   "The database gave this up because it took too long. Nothing was changed: ask for less at once, or try again.");
}

Refusal internal_error() {
  return {500, "internal_error", "Something is broken on our side. The request_id finds it in the server's log."};
}

/// Statements that failed for lack of something that comes back: connections, locks, time, the server itself.
bool is_outage(const pg::StatementError& error) {
  return error.transient() || error.sqlstate.starts_with("57P") || error.sqlstate.starts_with("53") || error.sqlstate.starts_with("08");
}

/// What was thrown below, as an answer. Called while handling the exception.
http::Response answer_of_current_exception(const http::Request& request) {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return http::problem(refusal, request.request_id);
  } catch (const pg::OutcomeUnknown& error) {
    log::warn("outcome_unknown", {{"request_id", request.request_id}, {"error", error.what()}});
    return http::problem(outcome_unknown(request), request.request_id);
  } catch (const pg::Unavailable& error) {
    log::warn("database_unavailable", {{"request_id", request.request_id}, {"error", error.what()}});
    return http::problem(database_unavailable(), request.request_id);
  } catch (const pg::Timeout& error) {
    log::error("statement_timed_out", {{"request_id", request.request_id}, {"error", error.what()}});
    return http::problem(too_slow(), request.request_id);
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

/// Whoever sent a request, as long as it is worth serving.
class Waiting final : public pg::Caller {
 public:
  explicit Waiting(const http::Peer& peer) : peer_(peer) {}

  std::exception_ptr over() const override {
    const auto waited = std::chrono::steady_clock::now() - began_;
    if (waited > longest) {
      return std::make_exception_ptr(
          try_again("too_slow", "This took longer than half a minute and was given up. Nothing was changed: try again."));
    }
    if (waited > worth_a_look && peer_.left()) {
      return std::make_exception_ptr(Refusal(499, "client_left", "The client has closed its connection: nothing was done."));
    }
    return nullptr;
  }

 private:
  static constexpr auto longest = std::chrono::seconds{30};
  static constexpr auto worth_a_look = std::chrono::milliseconds{250};  // it costs a call of the kernel

  const http::Peer& peer_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Dispatcher::Dispatcher(App& app, Door door) : app_(app), door_(door) {
  for (std::size_t i = 0; i < routes().size(); ++i) {
    if (door == Door::api || is_operational(routes()[i])) router_.add(routes()[i].method, routes()[i].pattern, i);
  }
}

http::Service Dispatcher::service() {
  return {.body_limit = [this](http::Method method, std::string_view path) { return body_limit(method, path); },
          .admit = [this](http::Request& request) { return admit(request); },
          .handle = [this](http::Request& request, const http::Peer& peer) { return handle(request, peer); }};
}

std::size_t Dispatcher::body_limit(http::Method method, std::string_view path) const {
  const auto match = router_.match(method, path);
  return match.kind == http::Router::Match::Kind::found ? routes()[match.index].body_limit : std::size_t{1} << 20;
}

Task<keys::Identity> Dispatcher::enter(const Route& route, http::Request& request) {
  if (!route.scope) co_return keys::Identity{"", "anonymous", keys::Scope::read};
  auto identity = co_await identify(app_, request);
  require_scope(identity, *route.scope);
  co_return identity;
}

Task<std::optional<http::Response>> Dispatcher::admit(http::Request& request) {
  std::optional<http::Response> refused;
  std::string_view pattern = "unmatched";
  try {
    const auto& route = find_route(router_, request, door_);
    pattern = route.pattern;
    co_await enter(route, request);
  } catch (...) {
    refused = answer_of_current_exception(request);
  }
  if (!refused) co_return refused;
  add_cors_headers(request, app_.shared.config.cors_origins, *refused);
  app_.shared.metrics.request_served(pattern, method_name(request.method), refused->status, 0);
  co_return refused;
}

Task<http::Response> Dispatcher::serve(http::Request& request, const pg::Caller& caller, std::string_view& pattern) {
  const auto& route = find_route(router_, request, door_);
  pattern = route.pattern;
  const auto identity = co_await enter(route, request);
  if (route.scope) co_await catch_up_simulated_time(app_);
  if (route.guard == Guard::user_rate) {
    co_await take_user_token(app_, identity.key_id.empty() ? request.remote_address : identity.key_id);
  }
  // What calls others on the way must be finished, whoever waits.
  pg::OnBehalf on_behalf{app_.db, caller};
  auto& db = route.idempotency == idempotency::Mode::claimed ? static_cast<pg::Session&>(app_.db) : on_behalf;
  auto context = app_.context(db, identity.actor, identity.key_id);
  const auto key = route.method == http::Method::post ? idempotency::key_of(request) : std::nullopt;
  const bool by_handler = route.idempotency == idempotency::Mode::shared || route.idempotency == idempotency::Mode::ignored;
  if (!key || by_handler) co_return co_await route.handler(app_, context, request);
  co_return co_await idempotency::run_once(context, identity.key_id, *key, request, route.idempotency,
                                           [&](Context& within) { return route.handler(app_, within, request); });
}

Task<http::Response> Dispatcher::handle(http::Request& request, const http::Peer& peer) {
  const Waiting caller{peer};
  const auto started = std::chrono::steady_clock::now();
  std::string_view route = "unmatched";
  http::Response response;
  const auto& origins = app_.shared.config.cors_origins;
  if (is_preflight(request)) {
    route = "preflight";
    response = preflight_answer(request, origins);
  } else {
    try {
      response = co_await serve(request, caller, route);
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
