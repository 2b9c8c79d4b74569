#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::providers {

/// How a provider calls a user; nullopt: the provider was never told of the user.
Task<std::optional<std::string>> find_customer(pg::Session& db, UserId user, std::string_view provider);
/// Whose that reference is: for what a provider tells by itself.
Task<std::optional<UserId>> find_user_of(pg::Session& db, std::string_view provider, const std::string& reference);
/// Keeps how the provider calls the user, for good. Of two at once the first one counts: what is answered is what is kept.
Task<std::string> keep_customer(pg::Session& db, const Context& context, UserId user, std::string_view provider, std::string reference);

}  // namespace billing::providers
