#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "app/app.hpp"
#include "platform/http/message.hpp"
#include "rooms/idempotency/idempotency.hpp"

namespace billing::app {

using Handler = Task<http::Response> (*)(App&, Context&, const http::Request&);

enum class Guard : std::uint8_t { none, user_rate };

/// One row of the API.
struct Route {
  http::Method method;
  std::string_view pattern;
  std::optional<keys::Scope> scope;  // nullopt: never needs a key
  Handler handler;
  std::size_t body_limit = 1 << 20;
  idempotency::Mode idempotency = idempotency::Mode::one_transaction;
  Guard guard = Guard::none;
  bool changes = true;  // a POST that changes nothing has no use for an Idempotency-Key
};

/// The whole API: method, path → handler. openapi.yaml describes each row; a test holds the two together.
std::span<const Route> routes();

/// Whether it tells of the process and not of billing, so that METRICS_PORT has it too.
bool is_operational(const Route& route);

std::string_view method_name(http::Method method);

}  // namespace billing::app
