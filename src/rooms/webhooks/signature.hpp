#pragma once

#include <string>
#include <string_view>

namespace billing::webhooks {

/// whsec_ and 32 random bytes in base64.
std::string new_secret();

/// The value of one signature in the header webhook-signature: "v1,…", HMAC-SHA256 of "id.timestamp.body". `secret` is one of new_secret's.
std::string sign(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view body);

}  // namespace billing::webhooks
