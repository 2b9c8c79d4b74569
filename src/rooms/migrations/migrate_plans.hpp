#pragma once

#include "rooms/migrations/store.hpp"

namespace billing::migrations {

/// The job that a new migration rings for.
inline constexpr std::string_view migrate_plans_job = "migrate_plans";

/// Changes every subscription of a running migration that still waits, some at a time, each in the transaction that notes its outcome. One that may not
/// be changed, or that the database refuses, fails with its reason. When none waits any more the migration is done.
Task<void> migrate_plan(Context& context, MigrationId id);

}  // namespace billing::migrations
