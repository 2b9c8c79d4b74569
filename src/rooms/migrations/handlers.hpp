#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::migrations {

Task<http::Response> create_migration(Context& context, const http::Request& request);  // POST /plans/{code}/migrations
Task<http::Response> list_migrations(Context& context, const http::Request& request);   // GET /plans/{code}/migrations
Task<http::Response> get_migration(Context& context, const http::Request& request);     // GET /plans/{code}/migrations/{id}
Task<http::Response> stop_migration(Context& context, const http::Request& request);    // POST /plans/{code}/migrations/{id}/stop

}  // namespace billing::migrations
