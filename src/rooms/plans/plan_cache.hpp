#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/catalog/plan.hpp"
#include "rooms/context.hpp"

namespace billing::plans {

// What one thread remembers of the plans, for at most a second. A change made by this process is seen at once, one made by another
// within that second; prices never change at all.

/// The plans with these codes. Throws std::out_of_range for one that does not exist.
Task<std::map<std::string, std::shared_ptr<const Plan>>> cached_plans(pg::Session& db, const std::set<std::string>& codes);

/// The answer to GET /plans, ready to send.
struct PlanList {
  std::string body;
  std::string etag;
};

/// From this thread's copy, which PostgreSQL is asked about once a second at most, else from Redis, else from PostgreSQL.
Task<std::shared_ptr<const PlanList>> cached_plan_list(Context& context);

/// After a change of any plan has committed.
void forget_plans();

}  // namespace billing::plans
