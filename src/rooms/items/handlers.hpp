#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::items {

// POST /users/{id}/items may bill it: invoices/handlers.hpp
Task<http::Response> list_items(Context& context, const http::Request& request);   // GET /users/{id}/items
Task<http::Response> get_item(Context& context, const http::Request& request);     // GET /users/{id}/items/{item_id}
Task<http::Response> delete_item(Context& context, const http::Request& request);  // DELETE /users/{id}/items/{item_id}

}  // namespace billing::items
