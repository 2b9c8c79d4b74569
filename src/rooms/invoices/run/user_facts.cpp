#include "rooms/invoices/run/user_facts.hpp"

#include <algorithm>
#include <map>

#include "rooms/facts/due.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/invoices/taxes_json.hpp"
#include "rooms/tax_rates/store.hpp"
#include "rooms/usage/days.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

// LATERAL … OFFSET 0: subscription by subscription over its index, also by a plan that was made while the tables were small.
constexpr pg::Statement select_lines{R"(
  SELECT l.invoice_id, l.id, l.subscription_id, l.period_start, l.item, l.sequence, l.quantity, l.amount_cents, l.corrected_cents,
         l.credited_cents, l.withheld, l.user_id, l.tax_inclusive, l.discount_cents
  FROM unnest($1::uuid[], $2::date[]) AS w (subscription_id, from_day)
  CROSS JOIN LATERAL (SELECT * FROM invoice_lines l WHERE l.subscription_id = w.subscription_id AND l.period_start >= w.from_day OFFSET 0) AS l
  ORDER BY l.invoice_id, l.position)"};

constexpr pg::Statement select_invoices{R"(
  SELECT i.id, i.user_id, i.kind, i.period_start, i.period_end, i.currency, i.status, i.due_cents, i.held_back,
         i.status = 'open' AND EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND p.status = 'pending'),
         i.taxes, i.noted_exclusive_cents, i.noted_inclusive_cents
  FROM (
    SELECT id FROM invoices WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND (status = 'open' OR held_back)
    UNION
    SELECT l.invoice_id
    FROM unnest($2::uuid[], $3::date[]) AS w (subscription_id, from_day)
    CROSS JOIN LATERAL (SELECT * FROM invoice_lines l WHERE l.subscription_id = w.subscription_id AND l.period_start >= w.from_day OFFSET 0) AS l
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
    auto& user = *users.at(row.as<UserId>(1));
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

std::vector<UserFacts> by_user(std::vector<facts::Subscription> found) {
  std::vector<UserFacts> users;
  for (auto& subscription : found) {
    if (users.empty() || users.back().id != subscription.user_id)
      users.push_back({.id = subscription.user_id,
                       .subscriptions = {},
                       .usage = {},
                       .books = {},
                       .attempted = {},
                       .held_back = {},
                       .withheld = {},
                       .kept_void = {}});
    leave_settled_periods_out(subscription);
    users.back().subscriptions.push_back(std::move(subscription));
  }
  return users;
}

struct Wanted {
  std::vector<std::string> users, subscriptions;
  std::vector<std::string> from;  // of each subscription
  std::vector<usage::DaysWanted> usage;
};

Wanted wanted_of(const std::vector<UserFacts>& users) {
  Wanted wanted;
  for (const auto& user : users) {
    wanted.users.push_back(user.id.text());
    auto first = user.subscriptions.front().life.periods.front().days.start;
    for (const auto& subscription : user.subscriptions) {
      const auto from = subscription.life.periods.front().days.start;
      first = std::min(first, from);
      wanted.subscriptions.push_back(subscription.life.id.text());
      wanted.from.push_back(to_text(from));
    }
    wanted.usage.push_back({user.id, first});
  }
  return wanted;
}

void set_conditions(const pg::Result& billed_rows, const pg::Result& rate_rows, const Context& context, Users& users) {
  const auto rates = tax_rates::read_rates(rate_rows);
  for (auto& [id, billed] : users::read_billed(billed_rows)) {
    auto& user = *users.at(id);
    user.conditions.rates = rates_for(billed.tax_status, billed.country, rates);
    if (context.smallest) user.conditions.smallest = *context.smallest;
    user.buyer_json = billed.buyer_json;
  }
}

Task<void> load_into(pg::Transaction& tx, const Context& context, std::vector<UserFacts>& users) {
  Users by_id;
  for (auto& user : users) by_id[user.id] = &user;
  const auto wanted = wanted_of(users);
  const auto keys = pg::Params{}.add_array(wanted.subscriptions).add_array(wanted.from);
  const auto all = pg::Params{}.add_array(wanted.users).add_array(wanted.subscriptions).add_array(wanted.from);
  std::vector<pg::Query> queries{{select_invoices, all}, {select_lines, keys}};
  queries.push_back(users::billed_query(wanted.users));
  queries.push_back(tax_rates::active_query());
  const auto rows = co_await tx.query_all(std::move(queries));
  std::map<InvoiceId, IssuedInvoice*> index;
  read_invoices(rows[0], by_id, index);
  read_lines(rows[1], by_id, index);
  set_conditions(rows[2], rows[3], context, by_id);
  for (auto& [id, days] : co_await usage::days_of(tx, wanted.usage)) by_id.at(id)->usage = std::move(days);
  for (auto& [id, grants] : co_await grants::find_usable(tx, wanted.users)) by_id.at(id)->grants = std::move(grants);
}

}  // namespace

bool is_due(const UserFacts& user, Instant at) {
  return std::ranges::any_of(user.subscriptions,
                             [at](const auto& subscription) { return subscription.due_at && *subscription.due_at <= at; });
}

Task<std::vector<UserFacts>> lock_and_load(pg::Transaction& tx, const Context& context, const std::vector<std::string>& user_ids) {
  users::lock_users(tx, user_ids);
  co_return co_await load_locked(tx, context, user_ids);
}

Task<std::vector<UserFacts>> load_locked(pg::Transaction& tx, const Context& context, const std::vector<std::string>& user_ids) {
  const auto late = co_await usage::take_late_days(tx, user_ids);
  if (!late.days.empty()) facts::reopen(tx, context, late.user_ids, late.days);
  auto users = by_user(co_await facts::find_all_of(tx, user_ids));
  if (!users.empty()) co_await load_into(tx, context, users);
  co_return users;
}

}  // namespace billing::invoices
