#include "rooms/plans/version_rows.hpp"

#include <algorithm>
#include <map>

namespace billing::plans {
namespace {

constexpr pg::Statement insert_version_row{R"(
  INSERT INTO plan_versions (plan_code, version, amount_cents, interval, interval_count, trial_days, bill_in, tax_inclusive, minimum_cents, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7::billing_time, $8, $9, $10))"};
constexpr pg::Statement insert_charge{R"(
  INSERT INTO plan_charges (plan_code, version, metric, position, model, included, unit_price, package_size, package_price)
  VALUES ($1, $2, $3, $4, $5::pricing_model, $6, $7, $8, $9))"};
constexpr pg::Statement insert_tier{R"(
  INSERT INTO plan_charge_tiers (plan_code, version, metric, position, up_to, unit_price, flat_price) VALUES ($1, $2, $3, $4, $5, $6, $7))"};

const std::vector<Tier>* tiers_of(const PricingModel& model) {
  if (const auto* graduated = std::get_if<Graduated>(&model)) return &graduated->tiers;
  if (const auto* volume = std::get_if<Volume>(&model)) return &volume->tiers;
  return nullptr;
}

void send_charge(pg::Transaction& tx, const VersionName& of, int position, const Charge& charge) {
  const auto* per_unit = std::get_if<PerUnit>(&charge.model);
  const auto* package = std::get_if<Package>(&charge.model);
  pg::Params params;
  params.add(of.plan_code).add(of.number).add(charge.metric).add(position).add(model_name(charge.model)).add(charge.included);
  params.add(per_unit ? std::optional{per_unit->unit_price.text()} : std::nullopt);
  params.add(package ? std::optional{package->package_size} : std::nullopt);
  params.add(package ? std::optional{package->package_price.text()} : std::nullopt);
  tx.send(insert_charge, std::move(params));
  const auto* tiers = tiers_of(charge.model);
  if (!tiers) return;
  int tier_position = 0;
  for (const auto& tier : *tiers) {
    pg::Params tier_params;
    tier_params.add(of.plan_code).add(of.number).add(charge.metric).add(tier_position++);
    tier_params.add(tier.up_to).add(tier.unit_price.text()).add(tier.flat_price.text());
    tx.send(insert_tier, std::move(tier_params));
  }
}

}  // namespace

void send_version(pg::Transaction& tx, const PlanVersion& version, std::int64_t number, Instant now) {
  const VersionName name{version.plan_code, number};
  pg::Params params;
  params.add(name.plan_code).add(number).add(version.amount.minor()).add(to_text(version.interval.unit)).add(version.interval.count);
  params.add(version.trial_days).add(to_text(version.bill_in)).add(version.tax_inclusive).add(version.minimum).add(now);
  tx.send(insert_version_row, std::move(params));
  int position = 0;
  for (const auto& charge : version.charges) send_charge(tx, name, position++, charge);
}

namespace {

constexpr pg::Statement select_versions{R"(
  SELECT v.plan_code, v.version, p.name, p.currency, v.amount_cents, v.interval, v.interval_count, v.trial_days, v.bill_in, v.tax_inclusive,
         v.minimum_cents, v.created_at
  FROM plan_versions v JOIN plans p ON p.code = v.plan_code
  WHERE (v.plan_code, v.version) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
  ORDER BY v.plan_code, v.version DESC)"};
constexpr pg::Statement select_charges{R"(
  SELECT plan_code, version, metric, model, included, unit_price, package_size, package_price
  FROM plan_charges WHERE (plan_code, version) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
  ORDER BY plan_code, version, position)"};
constexpr pg::Statement select_tiers{R"(
  SELECT plan_code, version, metric, up_to, unit_price, flat_price
  FROM plan_charge_tiers WHERE (plan_code, version) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
  ORDER BY plan_code, version, metric, position)"};

/// NUMERIC(27, 12) prints all twelve places, which a price's text may have.
Decimal price_of(pg::Row row, int column) { return row.as(column, &Decimal::parse_price); }

StoredVersion version_of(pg::Row row) {
  return {{.plan_code = std::string{row.text(0)},
           .plan_name = std::string{row.text(2)},
           .number = row.integer(1),
           .amount = Money{row.integer(4), row.as<Currency>(3)},
           .interval = {row.as(5, &parse_interval_unit), row.integer(6)},
           .trial_days = row.integer(7),
           .bill_in = row.as(8, &parse_bill_in),
           .tax_inclusive = row.boolean(9),
           .minimum = row.integer(10),
           .charges = {}},
          row.instant(11)};
}

PricingModel model_of(pg::Row row) {
  return row.as(3, [row](std::string_view model) -> std::optional<PricingModel> {
    if (model == "graduated") return Graduated{};
    if (model == "volume") return Volume{};
    if (model == "package") return Package{row.integer(6), price_of(row, 7)};
    if (model == "per_unit") return PerUnit{price_of(row, 5)};
    return std::nullopt;
  });
}

void add_tier(Charge& charge, pg::Row row) {
  Tier tier{row.optional_integer(3), price_of(row, 4), price_of(row, 5)};
  if (auto* graduated = std::get_if<Graduated>(&charge.model)) graduated->tiers.push_back(tier);
  if (auto* volume = std::get_if<Volume>(&charge.model)) volume->tiers.push_back(tier);
}

Task<std::vector<StoredVersion>> load_versions(pg::Session& db, pg::Params which) {
  std::vector<StoredVersion> found;
  for (const auto row : co_await db.query(select_versions, which)) found.push_back(version_of(row));
  std::map<VersionName, PlanVersion*> by_name;
  for (auto& stored : found) by_name[{stored.version.plan_code, stored.version.number}] = &stored.version;
  const auto named = [&by_name](pg::Row row) { return by_name.find({std::string{row.text(0)}, row.integer(1)}); };
  for (const auto row : co_await db.query(select_charges, which)) {
    const auto version = named(row);
    if (version != by_name.end()) version->second->charges.push_back({std::string{row.text(2)}, row.integer(4), model_of(row)});
  }
  for (const auto row : co_await db.query(select_tiers, which)) {
    const auto version = named(row);
    if (version == by_name.end()) continue;
    auto& charges = version->second->charges;
    const auto charge = std::ranges::find(charges, row.text(2), &Charge::metric);
    if (charge != charges.end()) add_tier(*charge, row);
  }
  co_return found;
}

}  // namespace

namespace {
constexpr pg::Statement select_numbers{"SELECT version FROM plan_versions WHERE plan_code = $1"};
}

Task<std::vector<StoredVersion>> find_versions(pg::Session& db, std::string code) {
  std::vector<VersionName> names;
  for (const auto row : co_await db.query(select_numbers, pg::Params{}.add(code))) names.push_back({code, row.integer(0)});
  co_return co_await find_versions(db, names);
}

Task<std::vector<StoredVersion>> find_versions(pg::Session& db, const std::vector<VersionName>& names) {
  std::vector<std::string> codes;
  std::vector<std::int64_t> numbers;
  for (const auto& name : names) {
    codes.push_back(name.plan_code);
    numbers.push_back(name.number);
  }
  return load_versions(db, pg::Params{}.add_array(codes).add_array(numbers));
}

}  // namespace billing::plans
