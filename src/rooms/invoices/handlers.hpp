#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::invoices {

Task<http::Response> generate_invoice(Context& context, const http::Request& request);     // POST /invoices/generate/{user_id}
/// The lines of the invoices that GET /invoices gives for the same filters.
Task<http::Response> list_invoice_lines(Context& context, const http::Request& request);
Task<http::Response> list_invoices(Context& context, const http::Request& request);        // GET /invoices
Task<http::Response> sum_up_invoices(Context& context, const http::Request& request);      // GET /invoices/totals
Task<http::Response> list_user_invoices(Context& context, const http::Request& request);   // GET /invoices/{user_id}
Task<http::Response> void_invoice(Context& context, const http::Request& request);         // POST /invoices/{user_id}/{invoice_id}/void
// GET /invoices/{user_id}/{invoice_id} and POST …/pay show payments: payments/handlers.hpp
Task<http::Response> create_credit_note(Context& context, const http::Request& request);  // POST /credit_notes
Task<http::Response> create_item(Context& context, const http::Request& request);         // POST /users/{id}/items

}  // namespace billing::invoices
