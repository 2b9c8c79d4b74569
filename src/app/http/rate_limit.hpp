#pragma once

#include <string>

#include "app/app.hpp"

namespace billing::app {

/// Takes a token from the client's bucket for POST /users, kept in Redis for all processes; while Redis is away, from this thread's
/// own. Refusal 429 with Retry-After when it is empty.
Task<void> take_user_token(App& app, const std::string& client);

}  // namespace billing::app
