#include "rooms/plans/store.hpp"

#include <algorithm>
#include <unordered_map>

#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/plans/version_rows.hpp"

namespace billing::plans {
namespace {

constexpr pg::Statement insert_plan_row{R"(
  INSERT INTO plans (code, name, currency, active, version, created_at, updated_at) VALUES ($1, $2, $3, $4, 1, $5, $5)
  ON CONFLICT DO NOTHING)"};

}  // namespace

Task<bool> insert_plan(Context& context, const NewPlan& plan) {
  auto tx = co_await context.db.begin();
  const auto& first = plan.first;
  pg::Params params;
  params.add(first.plan_code).add(first.plan_name).add(first.currency().code()).add(plan.active).add(context.clock.now());
  const auto inserted = co_await tx.query(insert_plan_row, std::move(params));
  if (inserted.affected() == 0) {
    co_await tx.commit();
    co_return false;
  }
  send_version(tx, first, 1, context.clock.now());
  audit::record(tx, context, {{"plan.created", "plan", first.plan_code, {}, {}, plan.active ? "active" : "inactive"}});
  co_await tx.commit();
  co_return true;
}

namespace {
constexpr pg::Statement next_version{"UPDATE plans SET version = version + 1, updated_at = $2 WHERE code = $1 RETURNING version"};
}

Task<std::optional<std::int64_t>> insert_version(Context& context, const PlanVersion& version) {
  auto tx = co_await context.db.begin();
  const auto now = context.clock.now();
  const auto rows = co_await tx.query(next_version, pg::Params{}.add(version.plan_code).add(now));
  if (rows.empty()) {
    co_await tx.commit();
    co_return std::nullopt;
  }
  const auto number = rows[0].integer(0);
  send_version(tx, version, number, now);
  audit::record(tx, context,
                {{"plan.version_created",
                  "plan",
                  version.plan_code,
                  {},
                  "version " + std::to_string(number - 1),
                  "version " + std::to_string(number)}});
  co_await tx.commit();
  co_return number;
}

namespace {
constexpr pg::Statement select_plans{R"(
  SELECT code, version, active, created_at, updated_at
  FROM plans WHERE $1::text[] IS NULL OR code = ANY ($1)
  ORDER BY created_at DESC, code)"};

Task<std::vector<StoredPlan>> load_plans(pg::Session& db, pg::Params codes) {
  const auto rows = co_await db.query(select_plans, std::move(codes));
  std::vector<VersionName> names;
  for (const auto row : rows) names.push_back({std::string{row.text(0)}, row.integer(1)});
  auto versions = co_await find_versions(db, names);
  std::vector<StoredPlan> plans;
  for (const auto row : rows) {
    const auto found =
        std::ranges::find(versions, row.text(0), [](const StoredVersion& stored) -> std::string_view { return stored.version.plan_code; });
    if (found != versions.end()) plans.push_back({std::move(found->version), row.boolean(2), row.instant(3), row.instant(4)});
  }
  co_return plans;
}
}  // namespace

Task<std::vector<StoredPlan>> find_plans(pg::Session& db) { return load_plans(db, pg::Params{}.add_null()); }

Task<std::vector<StoredPlan>> find_plans(pg::Session& db, const std::vector<std::string>& codes) {
  return load_plans(db, pg::Params{}.add_array(codes));
}

Task<StoredPlan> require_plan(pg::Session& db, std::string code) {
  auto found = co_await find_plans(db, std::vector{code});
  if (found.empty()) throw not_found("There is no plan \"" + code + "\": GET /plans lists them.");
  co_return std::move(found.front());
}

Task<StoredVersion> require_version(pg::Session& db, VersionName name) {
  auto found = co_await find_versions(db, std::vector{name});
  if (!found.empty()) co_return std::move(found.front());
  const auto plan = co_await require_plan(db, name.plan_code);
  throw not_found("The plan \"" + name.plan_code + "\" has no version " + std::to_string(name.number) + ": its newest is " +
                  std::to_string(plan.newest.number) + ".");
}

namespace {
constexpr pg::Statement lock_plan{"SELECT active FROM plans WHERE code = $1 FOR UPDATE"};
constexpr pg::Statement update_plan_row{R"(
  UPDATE plans SET name = coalesce($2, name), active = coalesce($3, active), updated_at = $4 WHERE code = $1)"};
}  // namespace

Task<bool> update_plan(Context& context, std::string code, std::optional<std::string> name, std::optional<bool> active) {
  auto tx = co_await context.db.begin();
  const auto locked = co_await tx.query(lock_plan, pg::Params{}.add(code));
  if (locked.empty()) {
    co_await tx.commit();
    co_return false;
  }
  const bool was_active = locked[0].boolean(0);
  const auto state = [](bool is_active) { return std::string{is_active ? "active" : "inactive"}; };
  tx.send(update_plan_row, pg::Params{}.add(code).add(name).add(active).add(context.clock.now()));
  audit::record(tx, context, {{"plan.updated", "plan", code, {}, state(was_active), state(active.value_or(was_active))}});
  co_await tx.commit();
  co_return true;
}

}  // namespace billing::plans
