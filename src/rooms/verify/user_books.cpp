#include "rooms/verify/user_books.hpp"

#include <algorithm>

#include "core/collecting/invoice_status.hpp"

namespace billing::verify {

namespace {
constexpr pg::Statement select_users{"SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2"};
}

Task<std::vector<UserId>> find_users_after(pg::Session& db, UserId after, std::int64_t most) {
  std::vector<UserId> users;
  for (const auto row : co_await db.query(select_users, pg::Params{}.add(after.text()).add(most))) users.push_back(row.as<UserId>(0));
  co_return users;
}

namespace {
constexpr pg::Statement select_today{"SELECT (greatest(now(), (SELECT max(now) FROM simulated_clock)) AT TIME ZONE 'UTC')::date"};
}

Task<Date> latest_today(pg::Session& db) { co_return (co_await db.query(select_today))[0].date(0); }

namespace {
constexpr pg::Statement select_versions{"SELECT plan_code, version FROM plan_versions"};
}

Task<Versions> read_versions(pg::Session& db) {
  std::vector<plans::VersionName> names;
  for (const auto row : co_await db.query(select_versions)) names.push_back({std::string{row.text(0)}, row.integer(1)});
  Versions versions;
  for (auto& stored : co_await plans::find_versions(db, names)) {
    plans::VersionName name{stored.version.plan_code, stored.version.number};
    versions.emplace(std::move(name), std::make_shared<const PlanVersion>(std::move(stored.version)));
  }
  co_return versions;
}

namespace {

// Not from usage_days: those are checked by themselves.
constexpr pg::Statement select_usage{R"(
  WITH used AS (
    SELECT user_id, metric, at, subscription_id, quantity::numeric AS quantity FROM usage_events WHERE user_id = ANY ($1::uuid[])
    UNION ALL
    SELECT user_id, metric, at, subscription_id, delta FROM usage_corrections WHERE user_id = ANY ($1::uuid[])
  )
  SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date AS day, subscription_id, greatest(0, sum(quantity))
  FROM used GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 2)"};

constexpr pg::Statement select_late{R"(
  SELECT user_id, day FROM usage_late WHERE user_id = ANY ($1::uuid[])
  UNION
  SELECT user_id, day FROM unfolded_usage() WHERE user_id = ANY ($1::uuid[]))"};

constexpr pg::Statement select_invoices{R"(
  SELECT id, user_id, kind, period_start, period_end, currency, status, due_cents
  FROM invoices WHERE user_id = ANY ($1::uuid[]) ORDER BY user_id, id)"};

constexpr pg::Statement select_lines{R"(
  SELECT l.invoice_id, l.id, l.subscription_id, l.period_start, l.item, l.sequence, l.quantity, l.amount_cents, l.corrected_cents,
         l.credited_cents, l.explanation::text, i.user_id
  FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
  WHERE i.user_id = ANY ($1::uuid[]) AND l.subscription_id IS NOT NULL
  ORDER BY l.invoice_id, l.position)"};

constexpr pg::Statement select_notes{R"(
  SELECT n.id, l.subscription_id, l.period_start, l.item, i.currency, n.explanation::text, i.user_id
  FROM invoices i
  JOIN invoice_lines l ON l.invoice_id = i.id
  JOIN credit_note_lines n ON n.line_id = l.id
  WHERE i.user_id = ANY ($1::uuid[]) AND l.subscription_id IS NOT NULL AND n.explanation IS NOT NULL)"};

using ByUser = std::map<UserId, UserBooks*>;

void add_usage(const pg::Result& usage, const pg::Result& late, const ByUser& users) {
  for (const auto row : usage) {
    const auto user = users.find(row.as<UserId>(0));
    if (user == users.end()) continue;
    Int128 quantity = 0;
    for (const char digit : row.text(4)) quantity = added(multiplied(quantity, 10), digit - '0');
    user->second->usage.push_back(
        {std::string{row.text(1)}, row.date(2), row.is_null(3) ? std::nullopt : std::optional{row.as<SubscriptionId>(3)}, quantity});
  }
  for (const auto row : late) {
    const auto user = users.find(row.as<UserId>(0));
    if (user != users.end()) user->second->late.insert(row.date(1));
  }
}

void add_invoices(const pg::Result& rows, const ByUser& users, std::map<InvoiceId, IssuedInvoice*>& invoices) {
  for (const auto row : rows) {
    const auto user = users.find(row.as<UserId>(1));
    if (user == users.end()) continue;
    const auto currency = row.as<Currency>(5);
    const auto status = row.as(6, parse_invoice_status);
    user->second->books.push_back({.id = row.as<InvoiceId>(0),
                                   .period = {row.date(3), row.date(4)},
                                   .currency = currency,
                                   .of_subscriptions = row.text(2) == "subscription",
                                   .is_void = status == InvoiceStatus::void_,
                                   .is_open = status == InvoiceStatus::open,
                                   .due = Money{row.integer(7), currency},
                                   .lines = {}});
  }
  for (const auto& [id, user] : users) {
    for (auto& invoice : user->books) invoices[invoice.id] = &invoice;
  }
}

void add_lines(const pg::Result& rows, const ByUser& users, const std::map<InvoiceId, IssuedInvoice*>& invoices) {
  for (const auto row : rows) {
    const auto found = invoices.find(row.as<InvoiceId>(0));
    if (found == invoices.end()) continue;
    auto& invoice = *found->second;
    const ItemKey key{row.as<SubscriptionId>(2), row.date(3), row.as<Item>(4)};
    invoice.lines.push_back({.id = row.as<InvoiceLineId>(1),
                             .key = key,
                             .sequence = row.integer(5),
                             .quantity = row.integer(6),
                             .amount = Money{row.integer(7), invoice.currency},
                             .corrected = row.integer(8),
                             .forgiven = row.integer(9) - row.integer(8),
                             .taxed = {}});
    users.at(row.as<UserId>(11))
        ->told.push_back(
            {std::string{row.text(1)}, key, invoice.currency, row.integer(5), row.integer(6), row.integer(7), std::string{row.text(10)}});
  }
}

void add_notes(const pg::Result& rows, const ByUser& users) {
  for (const auto row : rows) {
    const auto user = users.find(row.as<UserId>(6));
    if (user == users.end()) continue;
    const ItemKey key{row.as<SubscriptionId>(1), row.date(2), row.as<Item>(3)};
    user->second->told.push_back({std::string{row.text(0)}, key, row.as<Currency>(4), 0, 0, std::nullopt, std::string{row.text(5)}});
  }
}

}  // namespace

Task<std::vector<UserBooks>> read_books(pg::Session& db, const std::vector<UserId>& user_ids, const Versions& versions) {
  std::vector<UserBooks> users;
  for (auto& subscription : co_await facts::find_all_of(db, user_ids)) {
    if (users.empty() || users.back().id != subscription.user_id) {
      users.push_back({.id = subscription.user_id, .subscriptions = {}, .usage = {}, .late = {}, .books = {}, .told = {}});
    }
    for (auto& term : subscription.life.terms) term.version = versions.at({term.version->plan_code, term.version->number});
    users.back().subscriptions.push_back(std::move(subscription));
  }
  if (users.empty()) co_return users;
  ByUser by_user;
  for (auto& user : users) by_user[user.id] = &user;
  const auto these = pg::Params{}.add_array(user_ids);
  add_usage(co_await db.query(select_usage, these), co_await db.query(select_late, these), by_user);
  std::map<InvoiceId, IssuedInvoice*> invoices;
  add_invoices(co_await db.query(select_invoices, these), by_user, invoices);
  add_lines(co_await db.query(select_lines, these), by_user, invoices);
  add_notes(co_await db.query(select_notes, these), by_user);
  co_return users;
}

}  // namespace billing::verify
