#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::credit_notes {

Task<http::Response> list_credit_notes(Context& context, const http::Request& request);  // GET /credit_notes
Task<http::Response> get_credit_note(Context& context, const http::Request& request);    // GET /credit_notes/{id}

}  // namespace billing::credit_notes
