#pragma once

#include "rooms/users/store.hpp"

namespace billing::users {

/// In one statement and one commit with those that are created at the same time. nullopt when the address or the external id is taken.
Task<std::optional<User>> create_user(Context& context, User user);

}  // namespace billing::users
