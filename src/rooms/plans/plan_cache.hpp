#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/catalog/plan_version.hpp"
#include "rooms/context.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {

// What one thread remembers of the plans, for at most a second. A change made by this process is seen at once, one made by another
// within that second; prices never change at all.

/// These versions. Throws std::out_of_range for one that does not exist.
Task<std::map<VersionName, PlanVersionPtr>> cached_versions(pg::Session& db, const std::set<VersionName>& names);

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
