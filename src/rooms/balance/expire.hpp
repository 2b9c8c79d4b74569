#pragma once

#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "platform/postgres/due_rows.hpp"
#include "rooms/context.hpp"

namespace billing::balance {

/// Finds grants expired.
inline constexpr std::string_view expire_grants_job = "expire_grants";

/// Grants with something left and a day from which it cannot be used, that have not been found expired yet.
extern const pg::DueRows expiring_grants;
/// Those of the grants of which that is still so have expired: that is audited, and others are told that the balance changed.
Task<void> expire_grants(Context& context, const std::vector<GrantId>& ids);

}  // namespace billing::balance
