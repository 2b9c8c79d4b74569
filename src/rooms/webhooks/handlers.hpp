#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::webhooks {

/// `to_private`: receivers on addresses of this machine or of private networks are allowed.
Task<http::Response> create_endpoint(Context& context, const http::Request& request, bool to_private);  // POST /webhook_endpoints
Task<http::Response> list_endpoints(Context& context, const http::Request& request);                    // GET /webhook_endpoints
Task<http::Response> get_endpoint(Context& context, const http::Request& request);                      // GET /webhook_endpoints/{id}
Task<http::Response> patch_endpoint(Context& context, const http::Request& request, bool to_private);   // PATCH /webhook_endpoints/{id}
Task<http::Response> delete_endpoint(Context& context, const http::Request& request);                   // DELETE /webhook_endpoints/{id}
Task<http::Response> rotate_secret(Context& context, const http::Request& request);     // POST /webhook_endpoints/{id}/rotate_secret
Task<http::Response> replay_events(Context& context, const http::Request& request);     // POST /webhook_endpoints/{id}/replay
Task<http::Response> test_endpoint(Context& context, const http::Request& request);     // POST /webhook_endpoints/{id}/test
Task<http::Response> list_deliveries(Context& context, const http::Request& request);   // GET /webhook_endpoints/{id}/deliveries
Task<http::Response> get_delivery(Context& context, const http::Request& request);      // GET /deliveries/{id}
Task<http::Response> retry_delivery(Context& context, const http::Request& request);    // POST /deliveries/{id}/retry

}  // namespace billing::webhooks
