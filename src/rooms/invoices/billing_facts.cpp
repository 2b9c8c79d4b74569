#include "rooms/invoices/billing_facts.hpp"

#include <algorithm>
#include <memory>

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
    const auto user = users.find(*UserId::parse(row.text(0)));
    if (user == users.end()) continue;
    PeriodFacts facts{.period = {row.date(2), row.date(3)},
                      .trial = row.boolean(4),
                      .full_days = row.integer(5),
                      .usage = {},
                      .base = {},
                      .billed_usage = {}};
    user->second->periods[*SubscriptionId::parse(row.text(1))].push_back(std::move(facts));
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

// LATERAL, here and below: period by period over its index, also by a plan that was made while the tables were small.
constexpr pg::Statement select_usage{R"(
  SELECT p.subscription_id, p.period_start, used.metric, used.quantity
  FROM subscription_periods p
  CROSS JOIN LATERAL (
    SELECT e.metric, sum(e.quantity) AS quantity
    FROM usage_events e WHERE e.user_id = p.user_id AND e.at >= p.period_start AND e.at < p.period_end
    GROUP BY e.metric
  ) used
  WHERE p.user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND NOT p.settled AND NOT p.trial)"};

void read_usage(const pg::Result& rows, const PeriodIndex& index) {
  for (const auto row : rows) {
    const auto found = index.find({*SubscriptionId::parse(row.text(0)), row.date(1)});
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
    const auto found = index.find({*SubscriptionId::parse(row.text(0)), row.date(1)});
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
    const auto user = users.find(*UserId::parse(row.text(0)));
    if (user != users.end()) user->second->open.emplace_back(Period{row.date(1), row.date(2)}, *Currency::parse(row.text(3)));
  }
}

std::vector<UserFacts> by_user(std::vector<facts::Subscription> found) {
  std::vector<UserFacts> users;
  for (auto& subscription : found) {
    const bool to_look_at = subscription.due_at || std::ranges::find(subscription.settled, false) != subscription.settled.end();
    if (!to_look_at) continue;
    if (users.empty() || users.back().id != subscription.user_id) users.push_back({subscription.user_id, {}, {}, {}});
    users.back().subscriptions.push_back(std::move(subscription));
  }
  return users;
}

/// One price for the whole period: the term of its last day that has come.
std::shared_ptr<const Plan> plan_of(const Life& life, Date today) {
  const auto& term = facts::shown_term(life, std::min(today, life.current().days.end - std::chrono::days{1}));
  Plan plan{.code = term.version->plan_code,
            .name = term.version->plan_name,
            .amount = Money{fee_of(term).minor() * term.quantity, term.version->currency()},
            .interval = term.version->interval,
            .trial_days = 0,
            .active = true,
            .charges = {}};
  for (const auto& metric : charged_metrics(term)) plan.charges.push_back(*charge_of(term, metric));
  return std::make_shared<const Plan>(std::move(plan));
}

}  // namespace

bool is_due(const UserFacts& user, Instant at) {
  return std::ranges::any_of(user.subscriptions,
                             [at](const auto& subscription) { return subscription.due_at && *subscription.due_at <= at; });
}

Task<BillingFacts> lock_and_load(pg::Transaction& tx, std::vector<std::string> user_ids, Instant now, bool only_due) {
  users::lock_users(tx, user_ids);
  BillingFacts facts{.plans = {}, .users = by_user(co_await facts::find_all_of(tx, user_ids))};
  if (only_due) std::erase_if(facts.users, [now](const UserFacts& user) { return !is_due(user, now); });
  if (facts.users.empty()) co_return facts;

  std::map<UserId, UserFacts*> users;
  std::vector<std::string> ids;
  for (auto& user : facts.users) {
    users[user.id] = &user;
    ids.push_back(user.id.text());
    for (const auto& subscription : user.subscriptions) facts.plans[subscription.life.id] = plan_of(subscription.life, date_of(now));
  }
  const auto params = pg::Params{}.add_array(ids);
  const auto rows =
      co_await tx.query_all({{select_periods, params}, {select_usage, params}, {select_billed, params}, {select_open, params}});
  const auto index = read_periods(rows[0], users);
  read_usage(rows[1], index);
  read_billed(rows[2], index);
  read_open_invoices(rows[3], users);
  co_return facts;
}

}  // namespace billing::invoices
