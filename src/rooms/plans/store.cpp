#include "rooms/plans/store.hpp"

#include <algorithm>
#include <unordered_map>

#include "rooms/audit/store.hpp"

namespace billing::plans {
namespace {

constexpr pg::Statement insert_plan_row{R"(
  INSERT INTO plans (code, name, amount_cents, currency, interval, interval_count, trial_days, active, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
  ON CONFLICT DO NOTHING)"};
constexpr pg::Statement insert_charge{R"(
  INSERT INTO plan_charges (plan_code, metric, position, model, included, unit_price, package_size, package_price)
  VALUES ($1, $2, $3, $4::pricing_model, $5, $6, $7, $8))"};
constexpr pg::Statement insert_tier{R"(
  INSERT INTO plan_charge_tiers (plan_code, metric, position, up_to, unit_price, flat_price) VALUES ($1, $2, $3, $4, $5, $6))"};

const std::vector<Tier>* tiers_of(const PricingModel& model) {
  if (const auto* graduated = std::get_if<Graduated>(&model)) return &graduated->tiers;
  if (const auto* volume = std::get_if<Volume>(&model)) return &volume->tiers;
  return nullptr;
}

void send_charge(pg::Transaction& tx, const std::string& code, int position, const Charge& charge) {
  const auto* per_unit = std::get_if<PerUnit>(&charge.model);
  const auto* package = std::get_if<Package>(&charge.model);
  pg::Params params;
  params.add(code).add(charge.metric).add(position).add(model_name(charge.model)).add(charge.included);
  params.add(per_unit ? std::optional{per_unit->unit_price.text()} : std::nullopt);
  params.add(package ? std::optional{package->package_size} : std::nullopt);
  params.add(package ? std::optional{package->package_price.text()} : std::nullopt);
  tx.send(insert_charge, std::move(params));
  const auto* tiers = tiers_of(charge.model);
  if (!tiers) return;
  int tier_position = 0;
  for (const auto& tier : *tiers) {
    pg::Params tier_params;
    tier_params.add(code).add(charge.metric).add(tier_position++).add(tier.up_to).add(tier.unit_price.text()).add(tier.flat_price.text());
    tx.send(insert_tier, std::move(tier_params));
  }
}

}  // namespace

Task<bool> insert_plan(Context& context, const Plan& plan) {
  auto tx = co_await context.db.begin();
  pg::Params params;
  params.add(plan.code).add(plan.name).add(plan.amount.minor()).add(plan.amount.currency().code()).add(to_text(plan.interval.unit));
  params.add(plan.interval.count).add(plan.trial_days).add(plan.active).add(context.clock.now());
  const auto inserted = co_await tx.query(insert_plan_row, std::move(params));
  if (inserted.affected() == 0) {
    co_await tx.commit();
    co_return false;
  }
  int position = 0;
  for (const auto& charge : plan.charges) send_charge(tx, plan.code, position++, charge);
  audit::record(tx, context, {{"plan.created", "plan", plan.code, {}, {}, plan.active ? "active" : "inactive"}});
  co_await tx.commit();
  co_return true;
}

namespace {

constexpr pg::Statement select_plans{R"(
  SELECT code, name, amount_cents, currency, interval, interval_count, trial_days, active, created_at, updated_at
  FROM plans WHERE $1::text[] IS NULL OR code = ANY ($1)
  ORDER BY created_at DESC, code)"};
constexpr pg::Statement select_charges{R"(
  SELECT plan_code, metric, model, included, unit_price, package_size, package_price
  FROM plan_charges WHERE $1::text[] IS NULL OR plan_code = ANY ($1)
  ORDER BY plan_code, position)"};
constexpr pg::Statement select_tiers{R"(
  SELECT plan_code, metric, up_to, unit_price, flat_price
  FROM plan_charge_tiers WHERE $1::text[] IS NULL OR plan_code = ANY ($1)
  ORDER BY plan_code, metric, position)"};

/// NUMERIC(27, 12) prints all twelve places, which a price's text may have.
Decimal price_of(pg::Row row, int column) { return row.as(column, Decimal::parse_price); }

StoredPlan plan_of(pg::Row row) {
  const auto currency = row.as<Currency>(3);
  Plan plan{.code = std::string{row.text(0)},
            .name = std::string{row.text(1)},
            .amount = Money{row.integer(2), currency},
            .interval = {row.as(4, parse_interval_unit), row.integer(5)},
            .trial_days = row.integer(6),
            .active = row.boolean(7),
            .charges = {}};
  return {std::move(plan), row.instant(8), row.instant(9)};
}

PricingModel model_of(pg::Row row) {
  const auto by_name = [row](std::string_view model) -> std::optional<PricingModel> {
    if (model == "graduated") return Graduated{};
    if (model == "volume") return Volume{};
    if (model == "package") return Package{row.integer(5), price_of(row, 6)};
    if (model == "per_unit") return PerUnit{price_of(row, 4)};
    return std::nullopt;
  };
  return row.as(2, by_name);
}

void add_tier(Charge& charge, pg::Row row) {
  Tier tier{row.optional_integer(2), price_of(row, 3), price_of(row, 4)};
  if (auto* graduated = std::get_if<Graduated>(&charge.model)) graduated->tiers.push_back(tier);
  if (auto* volume = std::get_if<Volume>(&charge.model)) volume->tiers.push_back(tier);
}

/// Charges and tiers of a plan just read: never missing from `plans`, whose prices are immutable and were read first.
void assemble(std::vector<StoredPlan>& plans, const pg::Result& charges, const pg::Result& tiers) {
  std::unordered_map<std::string_view, Plan*> by_code;  // the views are of codes that stay where they are
  for (auto& stored : plans) by_code[stored.plan.code] = &stored.plan;
  for (const auto row : charges) {
    const auto found = by_code.find(row.text(0));
    if (found != by_code.end()) found->second->charges.push_back({std::string{row.text(1)}, row.integer(3), model_of(row)});
  }
  for (const auto row : tiers) {
    const auto found = by_code.find(row.text(0));
    if (found == by_code.end()) continue;
    const auto charge = std::ranges::find(found->second->charges, row.text(1), &Charge::metric);
    if (charge != found->second->charges.end()) add_tier(*charge, row);
  }
}

Task<std::vector<StoredPlan>> load_plans(pg::Session& db, pg::Params codes) {
  const auto plan_rows = co_await db.query(select_plans, codes);
  const auto charge_rows = co_await db.query(select_charges, codes);
  const auto tier_rows = co_await db.query(select_tiers, codes);
  std::vector<StoredPlan> plans;
  for (const auto row : plan_rows) plans.push_back(plan_of(row));
  assemble(plans, charge_rows, tier_rows);
  co_return plans;
}

}  // namespace

Task<std::vector<StoredPlan>> find_plans(pg::Session& db) { return load_plans(db, pg::Params{}.add_null()); }

Task<std::vector<StoredPlan>> find_plans(pg::Session& db, const std::vector<std::string>& codes) {
  return load_plans(db, pg::Params{}.add_array(codes));
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
