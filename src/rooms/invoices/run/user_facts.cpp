#include "rooms/invoices/run/user_facts.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "rooms/facts/due.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/invoices/taxes_json.hpp"
#include "rooms/items/store.hpp"
#include "rooms/tax_rates/store.hpp"
#include "rooms/usage/days.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

// LATERAL … OFFSET 0: subscription by subscription over its index, also by a plan that was made while the tables were small.
#define UNBILLED_LINES                                                                                             \
  "unbilled_from w CROSS JOIN LATERAL (SELECT * FROM invoice_lines l WHERE l.subscription_id = w.subscription_id " \
  "AND l.period_start >= w.from_day OFFSET 0) AS l WHERE w.user_id = ANY ((SELECT $1::uuid[])::uuid[])"

constexpr pg::Statement select_lines{R"(
  SELECT l.invoice_id, l.id, l.subscription_id, l.period_start, l.item, l.sequence, l.quantity, l.amount_cents, l.corrected_cents,
         l.credited_cents, l.withheld, l.user_id, l.tax_inclusive, l.discount_cents
  FROM )" UNBILLED_LINES " ORDER BY l.invoice_id, l.position"};

constexpr pg::Statement select_invoices{R"(
  SELECT i.id, i.user_id, i.kind, i.period_start, i.period_end, i.currency, i.status, i.due_cents, i.held_back,
         i.status = 'open' AND EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending'),
         i.taxes, i.noted_exclusive_cents, i.noted_inclusive_cents
  FROM (
    SELECT id FROM invoices WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND (status = 'open' OR held_back)
    UNION
    SELECT l.invoice_id FROM )" UNBILLED_LINES R"(
  ) AS these CROSS JOIN LATERAL (SELECT * FROM invoices WHERE id = these.id OFFSET 0) AS i
  ORDER BY i.user_id, i.id)"};

using Users = std::map<UserId, UserFacts*>;

/// The first period of a subscription that billing has to look at; its last one when there is none.
std::size_t first_unsettled(const facts::Subscription& subscription) {
  const auto& periods = subscription.life.periods;
  for (std::size_t i = 0; i + 1 < periods.size(); ++i) {
    if (i >= subscription.settled.size() || !subscription.settled[i]) return i;
  }
  return periods.size() - 1;
}

void leave_settled_periods_out(facts::Subscription& subscription) {
  const auto first = static_cast<std::ptrdiff_t>(first_unsettled(subscription));
  auto& periods = subscription.life.periods;
  for (auto& discount : subscription.life.discounts) {
    std::int64_t held = 0;
    for (std::ptrdiff_t i = 0; i < first; ++i) held += holds_in(discount, subscription.life, periods[static_cast<std::size_t>(i)]) ? 1 : 0;
    discount.periods_before = held;
  }
  periods.erase(periods.begin(), periods.begin() + first);
  const auto known = std::min(first, std::ssize(subscription.settled));
  subscription.settled.erase(subscription.settled.begin(), subscription.settled.begin() + known);
}

void read_invoices(const pg::Result& rows, Users& users, std::map<InvoiceId, IssuedInvoice*>& index) {
  for (const auto row : rows) {
    const auto found = users.find(row.as<UserId>(1));
    if (found == users.end()) continue;
    auto& user = *found->second;
    const auto id = row.as<InvoiceId>(0);
    const auto currency = row.as<Currency>(5);
    const auto status = row.as(6, parse_invoice_status);
    user.books.push_back({.id = id,
                          .period = {row.date(3), row.date(4)},
                          .currency = currency,
                          .of_subscriptions = row.text(2) == "subscription",
                          .is_void = status == InvoiceStatus::void_,
                          .is_open = status == InvoiceStatus::open,
                          .due = Money{status == InvoiceStatus::open ? row.integer(7) : 0, currency},
                          .lines = {},
                          .taxes = parse_taxes(row.text(10), currency),
                          .credited = {row.integer(11), row.integer(12)}});
    if (row.boolean(8) && status == InvoiceStatus::paid) user.held_back.push_back(id);
    if (row.boolean(9)) user.attempted.insert(id);
  }
  for (auto& [id, user] : users) {
    for (auto& invoice : user->books) index[invoice.id] = &invoice;
  }
}

void read_lines(const pg::Result& rows, Users& users, const std::map<InvoiceId, IssuedInvoice*>& index) {
  for (const auto row : rows) {
    auto& invoice = *index.at(row.as<InvoiceId>(0));
    invoice.lines.push_back({.id = row.as<InvoiceLineId>(1),
                             .key = {row.as<SubscriptionId>(2), row.date(3), row.as<Item>(4)},
                             .sequence = row.integer(5),
                             .quantity = row.integer(6),
                             .amount = Money{row.integer(7), invoice.currency},
                             .corrected = row.integer(8),
                             .forgiven = row.integer(9) - row.integer(8),
                             .taxed = {row.boolean(12), codes_of(invoice.taxes, row.boolean(12))},
                             .discount = row.integer(13)});
    if (row.boolean(10)) users.at(row.as<UserId>(11))->withheld.insert(invoice.lines.back().id);
  }
}

UserFacts nothing_of(UserId id) {
  return {.id = id, .subscriptions = {}, .usage = {}, .books = {}, .attempted = {}, .held_back = {}, .withheld = {}, .kept_void = {}};
}

/// Those without a subscription come last.
std::vector<UserFacts> by_user(std::vector<facts::Subscription> found, const std::vector<UserId>& user_ids) {
  std::vector<UserFacts> users;
  std::set<UserId> without(user_ids.begin(), user_ids.end());
  for (auto& subscription : found) {
    if (users.empty() || users.back().id != subscription.user_id) {
      users.push_back(nothing_of(subscription.user_id));
      without.erase(subscription.user_id);
    }
    users.back().subscriptions.push_back(std::move(subscription));
  }
  for (const auto id : without) users.push_back(nothing_of(id));
  return users;
}

/// Whether billing has passed over the day already: its period is settled, or its subscription is not looked at any more.
bool passed_over(const facts::Subscription& subscription, Date day) {
  for (std::size_t i = 0; i < subscription.life.periods.size(); ++i) {
    const auto& period = subscription.life.periods[i];
    if (period.trial || day < period.days.start || period.days.end <= day) continue;
    const bool settled = i < subscription.settled.size() && subscription.settled[i];
    return settled || (subscription.status == LifeStatus::canceled && !subscription.due_at);
  }
  return false;
}

bool passed_over(const std::vector<UserFacts>& users, const std::set<usage::DayOfUser>& late) {
  return std::ranges::any_of(users, [&late](const UserFacts& user) {
    for (auto one = late.lower_bound({user.id, Date::min()}); one != late.end() && one->first == user.id; ++one) {
      if (std::ranges::any_of(user.subscriptions, [day = one->second](const auto& each) { return passed_over(each, day); })) return true;
    }
    return false;
  });
}

void reopen(pg::Transaction& tx, const Context& context, const std::set<usage::DayOfUser>& late) {
  std::vector<UserId> user_ids;
  std::vector<Date> days;
  for (const auto& [user, day] : late) {
    user_ids.push_back(user);
    days.push_back(day);
  }
  facts::reopen(tx, context, user_ids, days);
}

void set_conditions(const pg::Result& billed_rows, const pg::Result& rate_rows, const Context& context, const Users& users) {
  const auto rates = tax_rates::read_rates(rate_rows);
  for (auto& [id, billed] : users::read_billed(billed_rows)) {
    const auto found = users.find(id);
    if (found == users.end()) continue;
    auto& user = *found->second;
    user.conditions.rates = rates_for(billed.tax_status, billed.country, rates);
    if (context.smallest) user.conditions.smallest = *context.smallest;
    user.billed = std::move(billed);
  }
}

/// What can be given back of payments, where somebody wants that: of few users, so by a statement for each.
Task<void> load_refundable(pg::Transaction& tx, std::vector<UserFacts>& users) {
  for (auto& user : users) {
    const auto refunds = [](const facts::Subscription& one) { return one.life.end && one.life.end->refund; };
    if (std::ranges::none_of(user.subscriptions, refunds)) continue;
    std::vector<InvoiceId> ids;
    for (const auto& invoice : user.books) ids.push_back(invoice.id);
    user.refundable = co_await refunds::refundable_of(tx, ids);
  }
}

struct Loaded {
  std::vector<UserFacts> users;  // with all of their periods
  usage::UsedDays used;
};

/// Everything in one round trip.
Task<Loaded> load(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids) {
  const auto these = pg::Params{}.add_array(user_ids);
  std::vector<pg::Query> queries{{select_invoices, these}, {select_lines, these}};
  queries.push_back(users::billed_query(user_ids));
  queries.push_back(tax_rates::active_query());
  queries.push_back(grants::usable_query(user_ids));
  queries.push_back(items::unbilled_query(user_ids));
  const auto days_at = queries.size();
  for (auto& query : usage::days_queries(user_ids)) queries.push_back(std::move(query));
  const auto facts_at = queries.size();
  for (auto& query : facts::queries_of_users(user_ids)) queries.push_back(std::move(query));
  const auto rows = co_await tx.query_all(std::move(queries));
  const std::span<const pg::Result> results{rows};

  Loaded loaded{by_user(co_await facts::read_of_users(tx, results.subspan(facts_at)), user_ids),
                usage::read_days(results.subspan(days_at))};
  Users by_id;
  for (auto& user : loaded.users) by_id[user.id] = &user;
  std::map<InvoiceId, IssuedInvoice*> index;
  read_invoices(rows[0], by_id, index);
  read_lines(rows[1], by_id, index);
  set_conditions(rows[2], rows[3], context, by_id);
  auto grants = grants::read_usable(rows[4]);
  auto unbilled = items::read_unbilled(rows[5]);
  for (auto& user : loaded.users) {
    user.grants = std::move(grants[user.id]);
    user.conditions.items = std::move(unbilled[user.id]);
    user.usage = std::move(loaded.used.days[user.id]);
  }
  co_await load_refundable(tx, loaded.users);
  co_return loaded;
}

}  // namespace

bool is_due(const UserFacts& user, Instant at) {
  return std::ranges::any_of(user.subscriptions,
                             [at](const auto& subscription) { return subscription.due_at && *subscription.due_at <= at; });
}

Task<std::vector<UserFacts>> lock_and_load(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids) {
  users::lock_users(tx, user_ids);
  co_return co_await load_locked(tx, context, user_ids);
}

Task<std::vector<UserFacts>> load_locked(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids) {
  auto loaded = co_await load(tx, context, user_ids);
  usage::forget_noted(tx, loaded.used.noted);
  if (passed_over(loaded.users, loaded.used.late)) {
    reopen(tx, context, loaded.used.late);
    loaded = co_await load(tx, context, user_ids);
  }
  for (auto& user : loaded.users) {
    for (auto& subscription : user.subscriptions) leave_settled_periods_out(subscription);
  }
  co_return std::move(loaded.users);
}

Task<void> reopen_late(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids) {
  const auto used = usage::read_days(co_await tx.query_all(usage::days_queries(user_ids)));
  usage::forget_noted(tx, used.noted);
  if (!used.late.empty()) reopen(tx, context, used.late);
}

}  // namespace billing::invoices
