#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::plans {

Task<http::Response> list_plans(Context& context, const http::Request& request);   // GET /plans
Task<http::Response> create_plan(Context& context, const http::Request& request);  // POST /plans
Task<http::Response> get_plan(Context& context, const http::Request& request);     // GET /plans/{code}
Task<http::Response> patch_plan(Context& context, const http::Request& request);   // PATCH /plans/{code}
Task<http::Response> create_version(Context& context, const http::Request& request);  // POST /plans/{code}/versions
Task<http::Response> list_versions(Context& context, const http::Request& request);   // GET /plans/{code}/versions
Task<http::Response> get_version(Context& context, const http::Request& request);     // GET /plans/{code}/versions/{n}

}  // namespace billing::plans
