#pragma once

#include "app/app.hpp"
#include "platform/http/message.hpp"

namespace billing::app {

/// Who asks: by the Authorization header, else by the session that a page of ours has. Refusal 401 when it is nobody. Looked up once a request,
/// at its header; from then on the request carries it.
Task<keys::Identity> identify(App& app, http::Request& request);

Task<http::Response> get_me(App& app, Context& context, const http::Request& request);  // GET /me
Task<http::Response> sign_in(App& app, Context& context, const http::Request& request);  // POST /session
Task<http::Response> sign_out(App& app, Context& context, const http::Request& request);  // DELETE /session

}  // namespace billing::app
