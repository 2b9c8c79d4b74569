#include "rooms/invoices/billing_facts.hpp"

#include <algorithm>
#include <set>

#include "rooms/plans/plan_cache.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

using PeriodKey = std::pair<SubscriptionId, Date>;
using PeriodIndex = std::map<PeriodKey, PeriodFacts*>;

constexpr pg::Statement select_periods{R"(
  SELECT user_id, subscription_id, period_start, period_end, trial, full_days
  FROM subscription_periods WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND NOT settled
  ORDER BY subscription_id, period_start)"};

PeriodIndex read_periods(const pg::Result& rows, std::map<UserId, UserFacts*>& users) {
  for (const auto row : rows) {
    const auto user = users.find(row.as<UserId>(0));
    if (user == users.end()) continue;
    PeriodFacts facts{.period = {row.date(2), row.date(3)},
                      .trial = row.boolean(4),
                      .full_days = row.integer(5),
                      .usage = {},
                      .base = {},
                      .billed_usage = {}};
    user->second->periods[row.as<SubscriptionId>(1)].push_back(std::move(facts));
  }
  PeriodIndex index;
  for (auto& [id, user] : users) {
    for (auto& [subscription, periods] : user->periods) {
      for (auto& facts : periods) index[{subscription, facts.period.start}] = &facts;
    }
  }
  return index;
}

Int128 parse_int128(std::string_view digits) {
  Int128 value = 0;
  for (const char c : digits) {
    if (__builtin_mul_overflow(value, Int128{10}, &value) || __builtin_add_overflow(value, Int128{c - '0'}, &value)) {
      throw Overflow("the usage of a period adds up beyond 128 bits");
    }
  }
  return value;
}

// Only what the plan charges: a client may send any number of other metrics. LATERAL, here and below: period by period over its index, also by a plan that was made while the tables were small.
constexpr pg::Statement select_usage{R"(
  SELECT p.subscription_id, p.period_start, used.metric, used.quantity
  FROM subscription_periods p
  JOIN subscriptions s ON s.id = p.subscription_id
  CROSS JOIN LATERAL (SELECT array_agg(c.metric::text) AS metrics FROM plan_charges c WHERE c.plan_code = s.plan_code) charged
  CROSS JOIN LATERAL (
    SELECT e.metric, sum(e.quantity) AS quantity
    FROM usage_events e
    WHERE e.user_id = p.user_id AND e.at >= p.period_start AND e.at < p.period_end AND e.metric = ANY (charged.metrics)
    GROUP BY e.metric
  ) used
  WHERE p.user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND NOT p.settled AND NOT p.trial)"};

void read_usage(const pg::Result& rows, const PeriodIndex& index) {
  for (const auto row : rows) {
    const auto found = index.find({row.as<SubscriptionId>(0), row.date(1)});
    if (found != index.end()) found->second->usage[std::string{row.text(2)}] = parse_int128(row.text(3));
  }
}

constexpr pg::Statement select_billed{R"(
  SELECT p.subscription_id, p.period_start, billed.metric, billed.amount_cents, billed.quantity
  FROM subscription_periods p
  CROSS JOIN LATERAL (
    SELECT l.metric, sum(l.amount_cents) AS amount_cents, sum(l.quantity) AS quantity
    FROM invoice_lines l WHERE l.subscription_id = p.subscription_id AND l.period_start = p.period_start AND NOT l.voided
    GROUP BY l.kind, l.metric
  ) billed
  WHERE p.user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND NOT p.settled)"};

void read_billed(const pg::Result& rows, const PeriodIndex& index) {
  for (const auto row : rows) {
    const auto found = index.find({row.as<SubscriptionId>(0), row.date(1)});
    if (found == index.end()) continue;
    const Billed billed{row.integer(3), parse_int128(row.text(4))};
    if (row.is_null(2)) {
      found->second->base = billed;
    } else {
      found->second->billed_usage[std::string{row.text(2)}] = billed;
    }
  }
}

constexpr pg::Statement select_open{R"(
  SELECT user_id, period_start, period_end, currency FROM invoices WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND status = 'open')"};

void read_open_invoices(const pg::Result& rows, std::map<UserId, UserFacts*>& users) {
  for (const auto row : rows) {
    const auto user = users.find(row.as<UserId>(0));
    if (user != users.end()) user->second->open.emplace_back(Period{row.date(1), row.date(2)}, row.as<Currency>(3));
  }
}

std::set<std::string> plan_codes(const std::vector<UserFacts>& users) {
  std::set<std::string> codes;
  for (const auto& user : users) {
    for (const auto& subscription : user.subscriptions) codes.insert(subscription.plan_code);
  }
  return codes;
}

std::vector<UserFacts> by_user(std::vector<subscriptions::Subscription> found) {
  std::vector<UserFacts> users;
  for (auto& subscription : found) {
    if (users.empty() || users.back().id != subscription.user_id) users.push_back({subscription.user_id, {}, {}, {}});
    users.back().subscriptions.push_back(std::move(subscription));
  }
  return users;
}

}  // namespace

bool is_due(const UserFacts& user, Instant at) {
  return std::ranges::any_of(user.subscriptions,
                             [at](const auto& subscription) { return subscription.due_at && *subscription.due_at <= at; });
}

Task<BillingFacts> lock_and_load(pg::Transaction& tx, std::vector<std::string> user_ids, std::optional<Instant> due_at) {
  users::lock_users(tx, user_ids);
  BillingFacts facts{.plans = {}, .users = by_user(co_await subscriptions::find_billable(tx, user_ids))};
  if (due_at) std::erase_if(facts.users, [&due_at](const UserFacts& user) { return !is_due(user, *due_at); });
  if (facts.users.empty()) co_return facts;

  std::map<UserId, UserFacts*> users;
  std::vector<std::string> ids;
  for (auto& user : facts.users) {
    users[user.id] = &user;
    ids.push_back(user.id.text());
  }
  const auto params = pg::Params{}.add_array(ids);
  facts.plans = co_await plans::cached_plans(tx, plan_codes(facts.users));
  const auto rows =
      co_await tx.query_all({{select_periods, params}, {select_usage, params}, {select_billed, params}, {select_open, params}});
  const auto index = read_periods(rows[0], users);
  read_usage(rows[1], index);
  read_billed(rows[2], index);
  read_open_invoices(rows[3], users);
  co_return facts;
}

}  // namespace billing::invoices
