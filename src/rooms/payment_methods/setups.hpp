#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"
#include "rooms/providers/providers.hpp"

namespace billing::payment_methods {

/// Asks what came of links.
inline constexpr std::string_view look_up_setups_job = "look_up_setups";

/// Links that are to be asked about.
extern const pg::DueRows due_setups;

/// Keeps a link that was made, with its audit event.
Task<void> keep_setup(Context& context, UserId user, std::string_view provider, const std::string& reference);
/// By the provider's name of it.
Task<std::optional<SetupId>> find_setup(pg::Session& db, std::string_view provider, const std::string& reference);
/// Asks the providers what came of these links, whenever they would be asked about; those that have ended stay as they are. A method that came of one is the
/// user's from now on.
Task<void> look_up_setups(Context& context, const providers::Providers& providers, std::vector<SetupId> ids);

}  // namespace billing::payment_methods
