#include "rooms/plans/plan_json.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace billing::plans {
namespace {

boost::json::array tiers_json(const std::vector<Tier>& tiers) {
  boost::json::array out;
  for (const auto& tier : tiers) {
    out.push_back(boost::json::object{{"up_to", tier.up_to ? boost::json::value(*tier.up_to) : boost::json::value()},
                                      {"unit_price", tier.unit_price.text()},
                                      {"flat_price", tier.flat_price.text()}});
  }
  return out;
}

struct ModelMembers {
  boost::json::object& out;

  void operator()(const PerUnit& model) const { out["unit_price"] = model.unit_price.text(); }
  void operator()(const Graduated& model) const { out["tiers"] = tiers_json(model.tiers); }
  void operator()(const Volume& model) const { out["tiers"] = tiers_json(model.tiers); }
  void operator()(const Package& model) const {
    out["package_size"] = model.package_size;
    out["package_price"] = model.package_price.text();
  }
};

Decimal parse_price(json::Object& body, std::string_view name, std::optional<std::string> text) {
  if (!text) return {};
  if (const auto price = Decimal::parse_price(*text)) return *price;
  body.fail(name, R"(must be a decimal in the major unit as text, such as "0.001": at most 15 digits before and 12 after the point)");
  return {};
}

Decimal required_price(json::Object& body, std::string_view name) {
  const auto errors = body.error_count();
  const auto text = body.text(name, 40);
  return body.error_count() == errors ? parse_price(body, name, text) : Decimal{};
}

std::vector<Tier> parse_tiers(json::Object& body) {
  std::vector<Tier> tiers;
  const auto errors = body.error_count();
  body.array("tiers", 1, 100, [&tiers](json::Object& item, std::size_t) {
    if (!item.has("up_to")) item.fail("up_to", "is required: a whole number, or null in the last tier");
    const auto up_to = item.nullable_integer("up_to", 1);
    const auto unit_price = required_price(item, "unit_price");
    tiers.push_back({up_to, unit_price, parse_price(item, "flat_price", item.optional_text("flat_price", 40))});
  });
  if (body.error_count() == errors) {
    if (auto problem = tiers_problem(tiers)) body.fail("tiers", *problem);
  }
  return tiers;
}

PricingModel parse_model(json::Object& body) {
  const auto errors = body.error_count();
  const auto model = body.text("model");
  if (model == "per_unit") return PerUnit{required_price(body, "unit_price")};
  if (model == "graduated") return Graduated{parse_tiers(body)};
  if (model == "volume") return Volume{parse_tiers(body)};
  if (model == "package") {
    const auto size = body.integer("package_size", 1);
    return Package{size, required_price(body, "package_price")};
  }
  if (body.error_count() == errors) body.fail("model", "must be one of per_unit, graduated, volume, package");
  return PerUnit{};
}

}  // namespace

std::vector<Charge> parse_charges(json::Object& body) {
  std::vector<Charge> charges;
  if (!body.has("charges")) return charges;
  body.array("charges", 0, 100, [&charges](json::Object& item, std::size_t) {
    const auto errors = item.error_count();
    auto metric = item.text("metric", 64);
    if (item.error_count() == errors && !valid_metric(metric)) {
      item.fail("metric", "must start with a lower-case letter, then lower-case letters, digits, '_' or '.'");
    }
    const bool repeated = std::ranges::find(charges, metric, &Charge::metric) != charges.end();
    if (item.error_count() == errors && repeated) item.fail("metric", "has a charge already: one a metric");
    const auto included = item.optional_integer("included", 0).value_or(0);
    charges.push_back({std::move(metric), included, parse_model(item)});
  });
  return charges;
}

namespace {

Interval parse_interval(json::Object& body) {
  Interval interval;
  if (const auto text = body.optional_text("interval")) {
    const auto unit = parse_interval_unit(*text);
    if (!unit) body.fail("interval", "must be one of day, week, month, year");
    interval.unit = unit.value_or(interval.unit);
  }
  // Ten years at most: longer periods are a typo, and dates stay within four-digit years.
  const std::int64_t most = interval.unit == IntervalUnit::day     ? 3650
                            : interval.unit == IntervalUnit::week  ? 520
                            : interval.unit == IntervalUnit::month ? 120
                                                                   : 10;
  interval.count = body.optional_integer("interval_count", 1, most).value_or(1);
  return interval;
}

Currency parse_currency(json::Object& body) {
  const auto text = body.optional_text("currency").value_or("USD");
  const auto currency = Currency::parse_active(text);
  if (!currency) body.fail("currency", "must be a current ISO 4217 code in upper case, such as USD");
  return currency.value_or(*Currency::parse("USD"));
}

BillIn parse_billing_time(json::Object& body) {
  const auto text = body.optional_text("bill_in");
  if (!text) return BillIn::arrears;
  const auto bill_in = parse_bill_in(*text);
  if (!bill_in) body.fail("bill_in", "must be arrears or advance");
  return bill_in.value_or(BillIn::arrears);
}

/// What belongs to a version, of `code`; `currency` is the plan's.
PlanVersion parse_own_fields(json::Object& body, std::string code, Currency currency) {
  const auto amount = body.integer("amount_cents", 0);
  const auto interval = parse_interval(body);
  const auto trial_days = body.optional_integer("trial_days", 0, 3650).value_or(0);
  const auto bill_in = parse_billing_time(body);
  const auto tax_inclusive = body.optional_boolean("tax_inclusive").value_or(false);
  const auto minimum = body.optional_integer("minimum_cents", 0).value_or(0);
  return {.plan_code = std::move(code),
          .plan_name = {},
          .number = 1,
          .amount = Money{amount, currency},
          .interval = interval,
          .trial_days = trial_days,
          .bill_in = bill_in,
          .tax_inclusive = tax_inclusive,
          .minimum = minimum,
          .charges = parse_charges(body)};
}

}  // namespace

boost::json::array to_json(const std::vector<Charge>& charges) {
  boost::json::array out;
  for (const auto& charge : charges) {
    boost::json::object item{{"metric", charge.metric}, {"model", model_name(charge.model)}, {"included", charge.included}};
    std::visit(ModelMembers{item}, charge.model);
    out.push_back(std::move(item));
  }
  return out;
}

namespace {

/// A version's own members, into an object that says already whose they are.
void add_own_fields(boost::json::object& out, const PlanVersion& version) {
  out["amount_cents"] = version.amount.minor();
  out["currency"] = version.currency().code();
  out["interval"] = to_text(version.interval.unit);
  out["interval_count"] = version.interval.count;
  out["trial_days"] = version.trial_days;
  out["bill_in"] = to_text(version.bill_in);
  out["tax_inclusive"] = version.tax_inclusive;
  out["minimum_cents"] = version.minimum;
  out["charges"] = to_json(version.charges);
}

}  // namespace

boost::json::object to_json(const StoredPlan& plan) {
  boost::json::object out{{"code", plan.newest.plan_code}, {"name", plan.newest.plan_name}, {"version", plan.newest.number}};
  add_own_fields(out, plan.newest);
  out["active"] = plan.active;
  out["created_at"] = to_text(plan.created_at);
  out["updated_at"] = to_text(plan.updated_at);
  return out;
}

boost::json::object to_json(const StoredVersion& stored) {
  boost::json::object out{{"plan_code", stored.version.plan_code}, {"version", stored.version.number}};
  add_own_fields(out, stored.version);
  out["created_at"] = to_text(stored.created_at);
  return out;
}

NewPlan parse_plan(json::Object& body, CodeMember member) {
  const auto errors = body.error_count();
  const bool left_out = member == CodeMember::optional && !body.has("code");
  auto code = left_out ? std::string{} : body.text("code", 64);
  if (!left_out && body.error_count() == errors && !valid_plan_code(code)) {
    body.fail("code", "must be lower-case letters, digits, '_' or '-', starting with a letter or digit");
  }
  if (code == "preview") body.fail("code", "is the name of POST /plans/preview: choose another");
  auto name = body.optional_text("name", 200).value_or(code);
  const auto currency = parse_currency(body);
  const auto active = body.optional_boolean("active").value_or(true);
  NewPlan plan{parse_own_fields(body, std::move(code), currency), active};
  plan.first.plan_name = std::move(name);
  return plan;
}

PlanVersion parse_version(json::Object& body, const StoredPlan& plan) {
  for (const auto* fixed : {"code", "name", "currency", "active"}) {
    if (body.has(fixed)) body.fail(fixed, "is the plan's, not a version's: leave it out");
  }
  auto version = parse_own_fields(body, plan.newest.plan_code, plan.newest.currency());
  version.plan_name = plan.newest.plan_name;
  return version;
}

Overrides parse_overrides(json::Object& body) {
  Overrides overrides;
  overrides.amount = body.optional_integer("amount_cents", 0);
  overrides.charges = parse_charges(body);
  return overrides;
}

boost::json::value to_json(const Overrides& overrides) {
  if (overrides.empty()) return nullptr;
  boost::json::object out;
  if (overrides.amount) out["amount_cents"] = *overrides.amount;
  if (!overrides.charges.empty()) out["charges"] = to_json(overrides.charges);
  return out;
}

}  // namespace billing::plans
