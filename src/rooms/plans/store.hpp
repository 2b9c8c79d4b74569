#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/catalog/plan_version.hpp"
#include "rooms/context.hpp"

namespace billing::plans {

/// A plan as it is sold: its newest version.
struct StoredPlan {
  PlanVersion newest;
  bool active;
  Instant created_at;
  Instant updated_at;
};
struct StoredVersion {
  PlanVersion version;
  Instant created_at;
};
struct NewPlan {
  PlanVersion first;
  bool active;
};

/// False when the code is taken.
Task<bool> insert_plan(Context& context, const NewPlan& plan);
/// Makes it the plan's next version, whatever number it has; that of the new one. nullopt for an unknown code.
Task<std::optional<std::int64_t>> insert_version(Context& context, const PlanVersion& version);
/// Newest first, with their charges in the order given.
Task<std::vector<StoredPlan>> find_plans(pg::Session& db);
/// Those of the given codes that exist.
Task<std::vector<StoredPlan>> find_plans(pg::Session& db, const std::vector<std::string>& codes);
/// Throws 404 for an unknown code.
Task<StoredPlan> require_plan(pg::Session& db, std::string code);
/// False for an unknown code. What is nullopt stays.
Task<bool> update_plan(Context& context, std::string code, std::optional<std::string> name, std::optional<bool> active);

/// All versions of a plan, newest first; none for an unknown code.
Task<std::vector<StoredVersion>> find_versions(pg::Session& db, std::string code);
struct VersionName {
  std::string plan_code;
  std::int64_t number;
  auto operator<=>(const VersionName&) const = default;
};
/// Those of the versions that exist, in no order.
Task<std::vector<StoredVersion>> find_versions(pg::Session& db, const std::vector<VersionName>& names);
/// Throws 404 for a plan or version that does not exist.
Task<StoredVersion> require_version(pg::Session& db, VersionName name);

}  // namespace billing::plans
