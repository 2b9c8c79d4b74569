#include "rooms/subscriptions/store.hpp"

#include <stdexcept>

#include "rooms/audit/store.hpp"

namespace billing::subscriptions {
namespace {

#define SUBSCRIPTION_COLUMNS                                                                                               \
  "id, user_id, plan_code, status, current_period_start, current_period_end, anchor, period_index, cancel_at_period_end, " \
  "canceled_at, due_at, billing_error, created_at, updated_at"

/// Of SUBSCRIPTION_COLUMNS.
Subscription subscription_of(pg::Row row) {
  return {.id = row.as<SubscriptionId>(0),
          .user_id = row.as<UserId>(1),
          .plan_code = std::string{row.text(2)},
          .position = {.status = row.as(3, parse_subscription_status),
                       .anchor = row.date(6),
                       .index = row.integer(7),
                       .current = {row.date(4), row.date(5)}},
          .cancel_at_period_end = row.boolean(8),
          .canceled_at = row.optional_instant(9),
          .due_at = row.optional_instant(10),
          .billing_error = row.optional_text(11),
          .created_at = row.instant(12),
          .updated_at = row.instant(13)};
}

std::vector<Subscription> subscriptions_of(const pg::Result& rows) {
  std::vector<Subscription> found;
  for (const auto row : rows) found.push_back(subscription_of(row));
  return found;
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO subscriptions (id, user_id, plan_code, status, current_period_start, current_period_end, anchor, period_index,
                             due_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
  ON CONFLICT (user_id, plan_code) WHERE status <> 'canceled' DO NOTHING)"};

}  // namespace

Task<bool> insert_subscription(pg::Transaction& tx, const Context& context, const Subscription& made) {
  const auto& position = made.position;
  pg::Params params;
  params.add(made.id.text()).add(made.user_id.text()).add(made.plan_code).add(to_text(position.status));
  params.add(position.current.start).add(position.current.end).add(position.anchor).add(position.index);
  params.add(made.due_at).add(made.created_at);
  if ((co_await tx.query(insert_row, std::move(params))).affected() == 0) co_return false;
  insert_periods(tx, {{made.id, made.user_id, position.current, {}, position.current.days(), position.index < 0}});
  audit::record(tx, context,
                {{"subscription.created", "subscription", made.id.text(), made.user_id.text(), {}, std::string{to_text(position.status)}}});
  co_return true;
}

namespace {
constexpr pg::Statement insert_period_rows{R"(
  INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[], $5::date[], $6::int[], $7::bool[]))"};
}

void insert_periods(pg::Transaction& tx, const std::vector<PeriodRow>& periods) {
  if (periods.empty()) return;
  std::vector<std::string> ids, users, starts, ends, trials;
  std::vector<std::optional<std::string>> previous_ends;
  std::vector<std::int64_t> full_days;
  for (const auto& row : periods) {
    ids.push_back(row.subscription_id.text());
    users.push_back(row.user_id.text());
    starts.push_back(to_text(row.period.start));
    ends.push_back(to_text(row.period.end));
    previous_ends.push_back(row.previous_end ? std::optional{to_text(*row.previous_end)} : std::nullopt);
    full_days.push_back(row.full_days);
    trials.emplace_back(row.trial ? "t" : "f");
  }
  pg::Params params;
  params.add_array(ids).add_array(users).add_array(starts).add_array(ends).add_array(previous_ends).add_array(full_days).add_array(trials);
  tx.send(insert_period_rows, std::move(params));
}

namespace {
constexpr pg::Statement update_period_end{
    "UPDATE subscription_periods SET period_end = $3 WHERE subscription_id = $1 AND period_start = $2"};
}

void cut_period(pg::Transaction& tx, SubscriptionId id, Period cut) {
  tx.send(update_period_end, pg::Params{}.add(id.text()).add(cut.start).add(cut.end));
}

namespace {
constexpr pg::Statement select_by_id{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions WHERE id = $1)"};
}

Task<std::optional<Subscription>> find_subscription(pg::Session& db, SubscriptionId id) {
  const auto rows = co_await db.query(select_by_id, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return subscription_of(rows[0]);
}

namespace {
constexpr pg::Statement select_page{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions
  WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::text IS NULL OR plan_code = $2)
    AND ($3::subscription_status IS NULL OR status = $3) AND ($4::uuid IS NULL OR id < $4)
  ORDER BY id DESC LIMIT $5)",
                                    pg::Planned::for_its_values};
}

Task<std::vector<Subscription>> find_subscriptions(pg::Session& db, const SubscriptionFilter& filter, std::optional<std::string> after,
                                                   std::int64_t limit) {
  pg::Params params;
  params.add(filter.user.transform(&UserId::text)).add(filter.plan_code);
  params.add(filter.status.transform([](auto status) { return to_text(status); }));
  params.add(after).add(limit);
  co_return subscriptions_of(co_await db.query(select_page, std::move(params)));
}

namespace {
constexpr pg::Statement select_billable{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions s
  WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[])
    AND (due_at IS NOT NULL
         OR EXISTS (SELECT FROM subscription_periods p WHERE p.subscription_id = s.id AND NOT p.settled))
  ORDER BY user_id, id)"};
}

Task<std::vector<Subscription>> find_billable(pg::Session& db, const std::vector<std::string>& user_ids) {
  co_return subscriptions_of(co_await db.query(select_billable, pg::Params{}.add_array(user_ids)));
}

namespace {
constexpr pg::Statement update_rows{R"(
  UPDATE subscriptions s
  SET status = u.status, current_period_start = u.period_start, current_period_end = u.period_end, period_index = u.period_index,
      cancel_at_period_end = u.cancel_at_period_end, canceled_at = u.canceled_at, due_at = u.due_at, billing_error = u.billing_error,
      updated_at = $10
  FROM unnest($1::uuid[], $2::subscription_status[], $3::date[], $4::date[], $5::int[], $6::bool[], $7::timestamptz[],
              $8::timestamptz[], $9::text[])
    AS u (id, status, period_start, period_end, period_index, cancel_at_period_end, canceled_at, due_at, billing_error)
  WHERE s.id = u.id)"};

std::optional<std::string> text_of(const std::optional<Instant>& at) { return at ? std::optional{to_text(*at)} : std::nullopt; }
}  // namespace

void save(pg::Transaction& tx, const std::vector<Subscription>& subscriptions, Instant now) {
  if (subscriptions.empty()) return;
  std::vector<std::string> ids, statuses, starts, ends, flags;
  std::vector<std::int64_t> indexes;
  std::vector<std::optional<std::string>> canceled, due, errors;
  for (const auto& subscription : subscriptions) {
    ids.push_back(subscription.id.text());
    statuses.emplace_back(to_text(subscription.position.status));
    starts.push_back(to_text(subscription.position.current.start));
    ends.push_back(to_text(subscription.position.current.end));
    indexes.push_back(subscription.position.index);
    flags.emplace_back(subscription.cancel_at_period_end ? "t" : "f");
    canceled.push_back(text_of(subscription.canceled_at));
    due.push_back(text_of(subscription.due_at));
    errors.push_back(subscription.billing_error);
  }
  pg::Params params;
  params.add_array(ids).add_array(statuses).add_array(starts).add_array(ends).add_array(indexes).add_array(flags);
  params.add_array(canceled).add_array(due).add_array(errors).add(now);
  tx.send(update_rows, std::move(params));
}

namespace {

constexpr pg::Statement update_status{R"(
  UPDATE subscriptions s SET status = $3, updated_at = $4
  FROM unnest($1::uuid[], $2::subscription_status[]) AS u (id, status) WHERE s.id = u.id AND s.status = u.status)"};

/// Under the user's lock, so that the status is still what was read: where it is not, nothing of the transaction becomes true.
Task<void> change_status(pg::Transaction& tx, const Context& context, const std::vector<Subscription>& subscriptions, SubscriptionStatus to,
                         const std::string& action) {
  if (subscriptions.empty()) co_return;
  std::vector<std::string> ids, before;
  std::vector<audit::Entry> entries;
  for (const auto& subscription : subscriptions) {
    if (!may_become(subscription.position.status, to)) throw std::logic_error("no subscription becomes that: " + action);
    ids.push_back(subscription.id.text());
    before.emplace_back(to_text(subscription.position.status));
    entries.push_back({action, "subscription", ids.back(), subscription.user_id.text(), std::string{to_text(subscription.position.status)},
                       std::string{to_text(to)}});
  }
  const auto params = pg::Params{}.add_array(ids).add_array(before).add(to_text(to)).add(context.clock.now());
  const auto changed = (co_await tx.query(update_status, params)).affected();
  if (changed != static_cast<std::int64_t>(ids.size())) throw std::logic_error("a subscription's status changed without its user's lock");
  audit::record(tx, context, entries);
}

}  // namespace

Task<void> mark_past_due(pg::Transaction& tx, const Context& context, std::vector<Subscription> subscriptions) {
  co_await change_status(tx, context, subscriptions, SubscriptionStatus::past_due, "subscription.past_due");
}

Task<void> mark_active(pg::Transaction& tx, const Context& context, std::vector<Subscription> subscriptions) {
  co_await change_status(tx, context, subscriptions, SubscriptionStatus::active, "subscription.activated");
}

namespace {
constexpr pg::Statement put_off_due{R"(
  UPDATE subscriptions SET due_at = $4, billing_error = $2, updated_at = $3 WHERE user_id = $1 AND due_at <= $3)"};
}

Task<void> put_off(pg::Session& db, std::string user_id, std::string error, Instant now, Instant until) {
  co_await db.query(put_off_due, pg::Params{}.add(user_id).add(error).add(now).add(until));
}

namespace {
constexpr pg::Statement bring_due_forward{
    "UPDATE subscriptions SET due_at = $2 WHERE id = $1 AND billing_error IS NOT NULL AND due_at > $2"};
}

void bring_forward(pg::Transaction& tx, SubscriptionId id, Instant now) {
  tx.send(bring_due_forward, pg::Params{}.add(id.text()).add(now));
}

namespace {
constexpr pg::Statement select_due_users{R"(
  SELECT user_id FROM subscriptions WHERE due_at <= $1 GROUP BY user_id ORDER BY min(due_at), user_id LIMIT $2)"};
constexpr pg::Statement select_next_due{
    "SELECT min(due_at) FROM subscriptions WHERE due_at IS NOT NULL AND ($1::timestamptz IS NULL OR due_at > $1)"};
constexpr pg::Statement select_anything_due{"SELECT EXISTS (SELECT FROM subscriptions WHERE due_at <= $1 AND id < $2)"};
constexpr pg::Statement select_not_billed{"SELECT count(*) FROM subscriptions WHERE billing_error IS NOT NULL AND status <> 'canceled'"};
}  // namespace

Task<std::vector<std::string>> find_due_users(pg::Session& db, Instant now, std::int64_t limit) {
  std::vector<std::string> users;
  for (const auto row : co_await db.query(select_due_users, pg::Params{}.add(now).add(limit))) users.emplace_back(row.text(0));
  co_return users;
}

Task<std::optional<Instant>> next_due(pg::Session& db, std::optional<Instant> after) {
  const auto rows = co_await db.query(select_next_due, pg::Params{}.add(after));
  co_return rows[0].optional_instant(0);
}

Task<bool> anything_due(pg::Session& db, Instant now, std::string made_before) {
  const auto rows = co_await db.query(select_anything_due, pg::Params{}.add(now).add(made_before));
  co_return rows[0].boolean(0);
}

Task<std::int64_t> count_not_billed(pg::Session& db) {
  const auto rows = co_await db.query(select_not_billed);
  co_return rows[0].integer(0);
}

}  // namespace billing::subscriptions
