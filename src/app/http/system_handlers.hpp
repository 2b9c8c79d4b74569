#pragma once

#include "app/app.hpp"
#include "platform/http/message.hpp"

namespace billing::app {

Task<http::Response> healthz(App& app, Context& context, const http::Request& request);       // GET /healthz: touches nothing
Task<http::Response> readyz(App& app, Context& context, const http::Request& request);  // GET /readyz: names the store that is down
Task<http::Response> system_state(App& app, Context& context, const http::Request& request);  // GET /system
Task<http::Response> metrics_text(App& app, Context& context, const http::Request& request);  // GET /metrics
Task<http::Response> docs_page(App& app, Context& context, const http::Request& request);  // GET /docs
Task<http::Response> openapi_yaml(App& app, Context& context, const http::Request& request);  // GET /openapi.yaml

}  // namespace billing::app
