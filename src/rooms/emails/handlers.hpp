#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"

namespace billing::emails {

Task<http::Response> list_emails(Context& context, const http::Request& request);  // GET /emails
/// `sends`: whether this installation has a mail server.
Task<http::Response> get_email_settings(Context& context, const http::Request& request, bool sends);    // GET /settings/emails
Task<http::Response> patch_email_settings(Context& context, const http::Request& request, bool sends);  // PATCH /settings/emails

}  // namespace billing::emails
