#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"
#include "rooms/providers/providers.hpp"

namespace billing::payment_methods {

using providers::Providers;

Task<http::Response> list_methods(Context& context, const http::Request& request,
                                  const Providers& providers);   // GET /users/{id}/payment_methods
Task<http::Response> add_method(Context& context, const http::Request& request,
                                const Providers& providers);     // POST /users/{id}/payment_methods
Task<http::Response> remove_method(Context& context, const http::Request& request,
                                   const Providers& providers);  // DELETE …/{payment_method}
/// POST /users/{id}/payment_methods/setup; `request_key`, of the Idempotency-Key, makes the repetition of a request that died answer with the same link.
Task<http::Response> set_up(Context& context, const http::Request& request, const Providers& providers,
                            std::optional<std::string> request_key);
/// PATCH /users/{id}: with a new payment method, what follows from it.
Task<http::Response> patch_user(Context& context, const http::Request& request);

}  // namespace billing::payment_methods
