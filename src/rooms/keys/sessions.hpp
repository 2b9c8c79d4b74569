#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rooms/keys/key_ring.hpp"

namespace billing::keys {

/// Begins a session of that key and returns its token: the only time that it is seen. Sessions that have ended are swept out along the way.
Task<std::string> begin_session(pg::Session& db, std::string key_id);

/// Whose session it is, and notes that it was used; nullopt once it was idle for 12 hours, was ended, or its key was revoked.
Task<std::optional<Identity>> find_session(pg::Session& db, std::string_view token);

/// Does nothing where there is none.
Task<void> end_session(pg::Session& db, std::string_view token);

}  // namespace billing::keys
