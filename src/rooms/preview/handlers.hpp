#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::preview {

Task<http::Response> preview_plan(Context& context, const http::Request& request);      // POST /plans/preview
Task<http::Response> preview_invoices(Context& context, const http::Request& request);  // POST /invoices/preview

}  // namespace billing::preview
