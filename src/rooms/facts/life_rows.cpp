#include "rooms/facts/life_rows.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <ranges>
#include <set>
#include <stdexcept>

#include "platform/json/json.hpp"
#include "rooms/plans/plan_cache.hpp"
#include "rooms/plans/plan_json.hpp"

namespace billing::facts {
namespace {

std::optional<End> end_of(pg::Row row) {
  const auto on = row.optional_date(6);
  if (!on) return std::nullopt;
  return End{*on, row.boolean(7), row.optional_date(8)};
}

/// Without what is dated.
Subscription subscription_of(pg::Row row) {
  return {.user_id = row.as<UserId>(1),
          .life = {.id = row.as<SubscriptionId>(0),
                   .started_on = row.date(3),
                   .anchor = row.date(4),
                   .anchor_day = row.optional_integer(5),
                   .terms = {},
                   .pauses = {},
                   .end = end_of(row),
                   .periods = {}},
          .status = row.as(2, &parse_life_status),
          .past_due = row.boolean(9),
          .settled = {},
          .waiting_cents = row.integer(10),
          .metadata_json = std::string{row.text(11)},
          .canceled_at = row.optional_instant(12),
          .due_at = row.optional_instant(13),
          .billing_error = row.optional_text(14),
          .created_at = row.instant(15),
          .updated_at = row.instant(16)};
}

constexpr pg::Statement select_terms{R"(
  SELECT subscription_id, starts, plan_code, version, quantity, overrides, reason
  FROM subscription_terms WHERE subscription_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY subscription_id, starts)"};
constexpr pg::Statement select_pauses{R"(
  SELECT subscription_id, starts, ends
  FROM subscription_pauses WHERE subscription_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY subscription_id, starts)"};
constexpr pg::Statement select_periods{R"(
  SELECT subscription_id, period_start, period_end, full_days, trial, settled
  FROM subscription_periods WHERE subscription_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY subscription_id, period_start)"};

constexpr pg::Statement select_discounts{R"(
  SELECT d.subscription_id, d.id, c.code, trim_scale(c.percent)::text, c.amount_cents, array_to_string(c.items, ','), c.periods, d.from_day,
         d.after_day, d.deleted_on, d.added_on
  FROM subscription_discounts d JOIN coupons c ON c.id = d.coupon_id
  WHERE d.subscription_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY d.subscription_id, d.id)"};

using ById = std::map<SubscriptionId, Subscription*>;

Overrides overrides_of(const std::optional<std::string>& text) {
  if (!text) return {};
  json::Object body{*text};
  auto overrides = plans::parse_overrides(body);
  body.finish();
  return overrides;
}

Task<void> add_terms(pg::Session& db, const pg::Result& rows, const ById& by_id) {
  std::set<plans::VersionName> names;
  for (const auto row : rows) names.insert({std::string{row.text(2)}, row.integer(3)});
  const auto versions = co_await plans::cached_versions(db, names);
  for (const auto row : rows) {
    by_id.at(row.as<SubscriptionId>(0))
        ->life.terms.push_back({.from = row.date(1),
                                .version = versions.at({std::string{row.text(2)}, row.integer(3)}),
                                .quantity = row.integer(4),
                                .overrides = overrides_of(row.optional_text(5)),
                                .reason = row.optional_text(6).value_or("")});
  }
}

void add_pauses_and_periods(const pg::Result& pauses, const pg::Result& periods, const ById& by_id) {
  for (const auto row : pauses) by_id.at(row.as<SubscriptionId>(0))->life.pauses.push_back({row.date(1), row.optional_date(2)});
  for (const auto row : periods) {
    auto* subscription = by_id.at(row.as<SubscriptionId>(0));
    subscription->life.periods.push_back({{row.date(1), row.date(2)}, row.integer(3), row.boolean(4)});
    subscription->settled.push_back(row.boolean(5));
  }
}

std::optional<EligibleItems> eligible_of(std::string_view joined) {
  std::vector<std::string> items;
  for (const auto part : std::views::split(joined, ',')) items.emplace_back(part.begin(), part.end());
  return parse_eligible(items);
}

void add_discounts(const pg::Result& rows, const ById& by_id) {
  for (const auto row : rows) {
    const Off off = row.is_null(3) ? Off{row.integer(4)} : Off{row.as<Percent>(3)};
    by_id.at(row.as<SubscriptionId>(0))
        ->life.discounts.push_back({.id = row.as<DiscountId>(1),
                                    .coupon = std::string{row.text(2)},
                                    .off = off,
                                    .items = row.is_null(5) ? EligibleItems{} : row.as(5, eligible_of),
                                    .periods = row.optional_integer(6),
                                    .from = row.date(7),
                                    .after = row.optional_date(8),
                                    .deleted_on = row.optional_date(9),
                                    .added_on = row.date(10)});
  }
}

}  // namespace

Task<std::vector<Subscription>> read_lives(pg::Session& db, pg::Result rows) {
  std::vector<Subscription> found;
  std::vector<std::string> ids;
  found.reserve(rows.size());
  ById by_id;
  bool discounted = false;
  for (const auto row : rows) {
    discounted = discounted || row.boolean(17);
    found.push_back(subscription_of(row));
    by_id[found.back().life.id] = &found.back();
    ids.push_back(found.back().life.id.text());
  }
  if (found.empty()) co_return found;
  const auto params = pg::Params{}.add_array(ids);
  const auto terms = co_await db.query(select_terms, params);
  const auto pauses = co_await db.query(select_pauses, params);
  const auto periods = co_await db.query(select_periods, params);
  co_await add_terms(db, terms, by_id);
  add_pauses_and_periods(pauses, periods, by_id);
  if (discounted) add_discounts(co_await db.query(select_discounts, params), by_id);
  co_return found;
}

namespace {
constexpr pg::Statement insert_terms{R"(
  INSERT INTO subscription_terms (subscription_id, starts, ends, previous_end, plan_code, version, quantity, overrides, reason)
  SELECT $1, starts, lead(starts) OVER days, CASE WHEN lag(starts) OVER days IS NOT NULL THEN starts END, plan_code, version, quantity, overrides,
         nullif(reason, '')
  FROM unnest($2::date[], $3::text[], $4::int[], $5::bigint[], $6::jsonb[], $7::text[])
    AS t (starts, plan_code, version, quantity, overrides, reason)
  WINDOW days AS (ORDER BY starts))"};
constexpr pg::Statement delete_all_terms{"DELETE FROM subscription_terms WHERE subscription_id = $1"};
}  // namespace

void send_terms(pg::Transaction& tx, const Life& life) {
  std::vector<std::string> starts, codes, reasons;
  std::vector<std::int64_t> versions, quantities;
  std::vector<std::optional<std::string>> overrides;
  for (const auto& term : life.terms) {
    starts.push_back(to_text(term.from));
    codes.push_back(term.version->plan_code);
    versions.push_back(term.version->number);
    quantities.push_back(term.quantity);
    overrides.push_back(term.overrides.empty() ? std::nullopt : std::optional{json::serialize(plans::to_json(term.overrides))});
    reasons.push_back(term.reason);
  }
  pg::Params params;
  params.add(life.id.text()).add_array(starts).add_array(codes).add_array(versions).add_array(quantities).add_array(overrides);
  params.add_array(reasons);
  tx.send(insert_terms, std::move(params));
}

void delete_terms(pg::Transaction& tx, SubscriptionId id) { tx.send(delete_all_terms, pg::Params{}.add(id.text())); }

namespace {
constexpr pg::Statement insert_pauses{R"(
  INSERT INTO subscription_pauses (subscription_id, starts, ends, previous_end)
  SELECT $1, starts, ends, lag(ends) OVER (ORDER BY starts) FROM unnest($2::date[], $3::date[]) AS p (starts, ends))"};
constexpr pg::Statement delete_all_pauses{"DELETE FROM subscription_pauses WHERE subscription_id = $1"};
}  // namespace

void send_pauses(pg::Transaction& tx, const Life& life) {
  if (life.pauses.empty()) return;
  std::vector<std::string> starts;
  std::vector<std::optional<std::string>> ends;
  for (const auto& pause : life.pauses) {
    starts.push_back(to_text(pause.from));
    ends.push_back(pause.until.transform([](Date day) { return to_text(day); }));
  }
  tx.send(insert_pauses, pg::Params{}.add(life.id.text()).add_array(starts).add_array(ends));
}

void delete_pauses(pg::Transaction& tx, SubscriptionId id) { tx.send(delete_all_pauses, pg::Params{}.add(id.text())); }

namespace {
// A period that is cut or replaced keeps its first day, and so its lines.
constexpr pg::Statement upsert_periods{R"(
  INSERT INTO subscription_periods AS p (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial)
  SELECT $1, $2, period_start, period_end, CASE WHEN period_start > $3 THEN period_start END, full_days, trial
  FROM unnest($4::date[], $5::date[], $6::int[], $7::bool[]) AS n (period_start, period_end, full_days, trial)
  ON CONFLICT (subscription_id, period_start)
  DO UPDATE SET period_end = excluded.period_end, full_days = excluded.full_days, trial = excluded.trial, settled = false)"};
}  // namespace

void send_periods(pg::Transaction& tx, UserId user_id, const Life& life, const std::vector<BillingPeriod>& before) {
  std::vector<std::string> starts, ends, trials;
  std::vector<std::int64_t> full_days;
  for (const auto& period : life.periods) {
    if (std::ranges::find(before, period) != before.end()) continue;
    starts.push_back(to_text(period.days.start));
    ends.push_back(to_text(period.days.end));
    full_days.push_back(period.full_days);
    trials.emplace_back(period.trial ? "t" : "f");
  }
  if (starts.empty()) return;
  pg::Params params;
  params.add(life.id.text())
      .add(user_id.text())
      .add(life.started_on)
      .add_array(starts)
      .add_array(ends)
      .add_array(full_days)
      .add_array(trials);
  tx.send(upsert_periods, std::move(params));
}

}  // namespace billing::facts
