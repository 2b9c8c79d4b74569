#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/plan.hpp"
#include "rooms/context.hpp"

namespace billing::plans {

struct StoredPlan {
  Plan plan;
  Instant created_at;
  Instant updated_at;
};

/// False when the code is taken.
Task<bool> insert_plan(Context& context, const Plan& plan);
/// Newest first, with their charges in the order given.
Task<std::vector<StoredPlan>> find_plans(pg::Session& db);
/// Those of the given codes that exist.
Task<std::vector<StoredPlan>> find_plans(pg::Session& db, const std::vector<std::string>& codes);
/// False for an unknown code. What is nullopt stays.
Task<bool> update_plan(Context& context, std::string code, std::optional<std::string> name, std::optional<bool> active);

}  // namespace billing::plans
