#pragma once

#include "platform/http/message.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::http {

/// RFC 9457: {type, title, status, detail, errors?, request_id}, `type` being "/docs#<code>".
Response problem(const Refusal& refusal, std::string_view request_id);

/// "Not Found" for 404, and so on; "Unknown" for a status we never send.
std::string_view reason(int status);

}  // namespace billing::http
