#pragma once

#include "platform/http/message.hpp"
#include "platform/runtime/side_thread.hpp"
#include "rooms/context.hpp"

namespace billing::paper {

/// Where papers are made, and where to come back to.
struct Press {
  SideThread& thread;
  Reactor& home;
};
Task<http::Response> get_invoice_pdf(Context& context, const http::Request& request,
                                     Press press);      // GET /invoices/{user_id}/{invoice_id}.pdf
Task<http::Response> get_credit_note_pdf(Context& context, const http::Request& request, Press press);  // GET /credit_notes/{id}.pdf

}  // namespace billing::paper
