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
  return End{*on, row.boolean(7), row.optional_date(8), row.text(18) == "refund"};
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

// What is dated, of subscriptions (`these`) found in one of two ways. LATERAL … OFFSET 0: subscription by subscription over its index, also by a plan
// that was made while the tables were small.
#define DATED(columns, table, joined, these, order)                                                                                        \
  "SELECT " columns " FROM " these " CROSS JOIN LATERAL (SELECT * FROM " table " d WHERE d.subscription_id = these.id OFFSET 0) d " joined \
  " ORDER BY d.subscription_id, " order
#define TERMS(these) \
  DATED("subscription_id, starts, plan_code, version, quantity, overrides, reason", "subscription_terms", "", these, "starts")
#define PAUSES(these) DATED("subscription_id, starts, ends", "subscription_pauses", "", these, "starts")
#define PERIODS(these) \
  DATED("subscription_id, period_start, period_end, full_days, trial, settled", "subscription_periods", "", these, "period_start")
#define DISCOUNTS(these)                                                                                                         \
  DATED(                                                                                                                         \
      "d.subscription_id, d.id, c.code, trim_scale(c.percent)::text, c.amount_cents, array_to_string(c.items, ','), c.periods, " \
      "d.from_day, d.after_day, d.deleted_on, d.added_on",                                                                       \
      "subscription_discounts", "JOIN coupons c ON c.id = d.coupon_id", these, "d.id")
#define NAMED "unnest($1::uuid[]) AS these (id)"
#define OF_USERS "(SELECT id FROM subscriptions WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[])) AS these"

constexpr pg::Statement select_terms{TERMS(NAMED)};
constexpr pg::Statement select_pauses{PAUSES(NAMED)};
constexpr pg::Statement select_periods{PERIODS(NAMED)};
constexpr pg::Statement select_discounts{DISCOUNTS(NAMED)};

constexpr pg::Statement select_rows_of_users{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY user_id, id)"};
constexpr pg::Statement select_terms_of_users{TERMS(OF_USERS)};
constexpr pg::Statement select_pauses_of_users{PAUSES(OF_USERS)};
constexpr pg::Statement select_periods_of_users{PERIODS(OF_USERS)};
constexpr pg::Statement select_discounts_of_users{DISCOUNTS(OF_USERS)};

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

namespace {
/// Without what is dated, and where each is among them.
std::vector<Subscription> subscriptions_of(const pg::Result& rows, ById& by_id) {
  std::vector<Subscription> found;
  found.reserve(rows.size());
  for (const auto row : rows) {
    found.push_back(subscription_of(row));
    by_id[found.back().life.id] = &found.back();
  }
  return found;
}
}  // namespace

std::vector<pg::Query> queries_of_users(const std::vector<UserId>& user_ids) {
  const auto params = pg::Params{}.add_array(user_ids);
  return {{select_rows_of_users, params},
          {select_terms_of_users, params},
          {select_pauses_of_users, params},
          {select_periods_of_users, params},
          {select_discounts_of_users, params}};
}

Task<std::vector<Subscription>> read_of_users(pg::Session& db, std::span<const pg::Result> results) {
  ById by_id;
  auto found = subscriptions_of(results[0], by_id);
  co_await add_terms(db, results[1], by_id);
  add_pauses_and_periods(results[2], results[3], by_id);
  add_discounts(results[4], by_id);
  co_return found;
}

Task<std::vector<Subscription>> read_lives(pg::Session& db, pg::Result rows) {
  ById by_id;
  auto found = subscriptions_of(rows, by_id);
  if (found.empty()) co_return found;
  std::vector<SubscriptionId> ids;
  bool discounted = false;
  for (const auto row : rows) {
    discounted = discounted || row.boolean(17);
    ids.push_back(row.as<SubscriptionId>(0));
  }
  const auto params = pg::Params{}.add_array(ids);
  const auto dated = co_await db.query_all({{select_terms, params}, {select_pauses, params}, {select_periods, params}});
  co_await add_terms(db, dated[0], by_id);
  add_pauses_and_periods(dated[1], dated[2], by_id);
  if (discounted) add_discounts(co_await db.query(select_discounts, params), by_id);
  co_return found;
}

namespace {
constexpr pg::Statement insert_terms{R"(
  INSERT INTO subscription_terms (subscription_id, starts, ends, previous_end, plan_code, version, quantity, overrides, reason)
  SELECT $1, starts, lead(starts) OVER days, CASE WHEN lag(starts) OVER days IS NOT NULL THEN starts END, plan_code, version, quantity, overrides,
         nullif(reason, '')
  FROM unnest($2::date[], $3::text[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::text[])
    AS t (starts, plan_code, version, quantity, overrides, reason)
  WINDOW days AS (ORDER BY starts))"};
constexpr pg::Statement delete_all_terms{"DELETE FROM subscription_terms WHERE subscription_id = $1"};
}  // namespace

void send_terms(pg::Transaction& tx, const Life& life) {
  std::vector<Date> starts;
  std::vector<std::string> codes, reasons;
  std::vector<std::int64_t> versions, quantities;
  std::vector<std::optional<std::string>> overrides;
  for (const auto& term : life.terms) {
    starts.push_back(term.from);
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
  std::vector<Date> starts;
  std::vector<std::optional<Date>> ends;
  for (const auto& pause : life.pauses) {
    starts.push_back(pause.from);
    ends.push_back(pause.until);
  }
  tx.send(insert_pauses, pg::Params{}.add(life.id.text()).add_array(starts).add_array(ends));
}

void delete_pauses(pg::Transaction& tx, SubscriptionId id) { tx.send(delete_all_pauses, pg::Params{}.add(id.text())); }

namespace {
// A period that is cut or replaced keeps its first day, and so its lines.
constexpr pg::Statement upsert_periods{R"(
  INSERT INTO subscription_periods AS p (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial)
  SELECT $1, $2, period_start, period_end, CASE WHEN period_start > $3 THEN period_start END, full_days, trial
  FROM unnest($4::date[], $5::date[], $6::bigint[], $7::bool[]) AS n (period_start, period_end, full_days, trial)
  ON CONFLICT (subscription_id, period_start)
  DO UPDATE SET period_end = excluded.period_end, full_days = excluded.full_days, trial = excluded.trial, settled = false)"};
}  // namespace

void send_periods(pg::Transaction& tx, UserId user_id, const Life& life, const std::vector<BillingPeriod>& before) {
  std::vector<Date> starts, ends;
  std::vector<std::string> trials;
  std::vector<std::int64_t> full_days;
  for (const auto& period : life.periods) {
    if (std::ranges::find(before, period) != before.end()) continue;
    starts.push_back(period.days.start);
    ends.push_back(period.days.end);
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
