#pragma once

#include "app/app.hpp"
#include "platform/http/message.hpp"

namespace billing::app {

/// GET / and /admin: to the admin UI.
Task<http::Response> to_admin_ui(App& app, Context& context, const http::Request& request);

/// GET /admin/…: a file of the admin UI, compressed as the client can read it. What is no file is a page of the UI, so it gets index.html;
/// below assets/ it is 404.
Task<http::Response> admin_ui_file(App& app, Context& context, const http::Request& request);

}  // namespace billing::app
