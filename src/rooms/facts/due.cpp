#include "rooms/facts/due.hpp"

#include "core/collecting/due.hpp"
#include "rooms/audit/store.hpp"

namespace billing::facts {
namespace {

constexpr pg::Statement update_settled{R"(
  UPDATE subscription_periods p SET settled = $3
  FROM unnest($1::uuid[], $2::date[]) AS named (subscription_id, period_start)
  WHERE p.subscription_id = named.subscription_id AND p.period_start = named.period_start AND p.settled <> $3)"};

void send_settled(pg::Transaction& tx, const std::vector<PeriodName>& periods, bool settled) {
  if (periods.empty()) return;
  std::vector<SubscriptionId> ids;
  std::vector<Date> starts;
  for (const auto& [id, start] : periods) {
    ids.push_back(id);
    starts.push_back(start);
  }
  tx.send(update_settled, pg::Params{}.add_array(ids).add_array(starts).add(settled));
}

}  // namespace

void settle(pg::Transaction& tx, const std::vector<PeriodName>& periods) { send_settled(tx, periods, true); }
void unsettle(pg::Transaction& tx, const std::vector<PeriodName>& periods) { send_settled(tx, periods, false); }

namespace {
constexpr pg::Statement reopen_periods{R"(
  WITH touched AS (
    SELECT DISTINCT p.subscription_id, p.period_start
    FROM unnest($1::uuid[], $2::date[]) AS late (user_id, day)
    JOIN subscriptions s ON s.user_id = late.user_id
    JOIN subscription_periods p ON p.subscription_id = s.id AND p.period_start <= late.day AND late.day < p.period_end AND NOT p.trial
  ), reopened AS (
    UPDATE subscription_periods p SET settled = false
    FROM touched t
    WHERE p.subscription_id = t.subscription_id AND p.period_start = t.period_start AND p.settled
  )
  UPDATE subscriptions SET due_at = $3
  WHERE id IN (SELECT subscription_id FROM touched) AND status = 'canceled' AND due_at IS NULL)"};
}

void reopen(pg::Transaction& tx, const Context& context, const std::vector<UserId>& user_ids, const std::vector<Date>& days) {
  const Instant tomorrow{context.clock.today() + std::chrono::days{1}};
  tx.send(reopen_periods, pg::Params{}.add_array(user_ids).add_array(days).add(tomorrow));
}

namespace {
constexpr pg::Statement bring_unsettled_forward{R"(
  UPDATE subscriptions s SET due_at = $2
  WHERE s.user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND (s.due_at IS NULL OR s.due_at > $2)
    AND EXISTS (SELECT FROM subscription_periods p WHERE p.subscription_id = s.id AND NOT p.settled))"};
}

void bill_again(pg::Transaction& tx, const std::vector<UserId>& users, Instant now) {
  if (users.empty()) return;
  tx.send(bring_unsettled_forward, pg::Params{}.add_array(users).add(now));
}

namespace {
constexpr pg::Statement bring_canceled_forward{R"(
  UPDATE subscriptions s SET due_at = $2
  WHERE s.user_id = $1 AND s.status = 'canceled' AND s.due_at IS NULL
    AND EXISTS (SELECT FROM subscription_periods p WHERE p.subscription_id = s.id AND NOT p.settled))"};
}

void bill_again_if_canceled(pg::Transaction& tx, UserId user, Instant now) {
  tx.send(bring_canceled_forward, pg::Params{}.add(user.text()).add(now));
}

namespace {

// The status shows past_due only where nothing before it holds; the audit tells it in any case.
constexpr pg::Statement update_past_due{R"(
  UPDATE subscriptions
  SET past_due = $2, cancel_unpaid_at = $6, status = CASE WHEN status = $3::subscription_status THEN $4::subscription_status ELSE status END, updated_at = $5
  WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND past_due <> $2 AND status <> 'canceled')"};

void change(pg::Transaction& tx, const Context& context, const std::vector<OwnedSubscription>& subscriptions, LifeStatus from,
            LifeStatus to, const std::string& action, std::optional<Instant> cancel_at = {}) {
  if (subscriptions.empty()) return;
  std::vector<std::string> texts;
  std::vector<audit::Entry> entries;
  for (const auto& [id, user_id] : subscriptions) {
    texts.push_back(id.text());
    entries.push_back({action, "subscription", id.text(), user_id.text(), std::string{to_text(from)}, std::string{to_text(to)}});
  }
  pg::Params params;
  params.add_array(texts).add(to == LifeStatus::past_due).add(to_text(from)).add(to_text(to)).add(context.clock.now()).add(cancel_at);
  tx.send(update_past_due, std::move(params));
  audit::record(tx, context, entries);
}

}  // namespace

void mark_past_due(pg::Transaction& tx, const Context& context, const std::vector<OwnedSubscription>& subscriptions,
                   std::optional<std::int64_t> cancel_after) {
  const auto cancel_at = cancel_unpaid_at(context.clock.now(), cancel_after);
  change(tx, context, subscriptions, LifeStatus::active, LifeStatus::past_due, "subscription.past_due", cancel_at);
}

constinit const pg::DueRows due_unpaid DUE_ROWS("subscriptions", "cancel_unpaid_at", R"(
  SELECT id FROM subscriptions WHERE cancel_unpaid_at <= $1 ORDER BY cancel_unpaid_at, id LIMIT $2)");

namespace {
constexpr pg::Statement select_unpaid{"SELECT FROM subscriptions WHERE id = $1 AND cancel_unpaid_at <= $2"};
}

Task<bool> is_unpaid_too_long(pg::Session& db, SubscriptionId id, Instant now) {
  const auto rows = co_await db.query(select_unpaid, pg::Params{}.add(id.text()).add(now));
  co_return !rows.empty();
}

void mark_active(pg::Transaction& tx, const Context& context, const std::vector<OwnedSubscription>& subscriptions) {
  change(tx, context, subscriptions, LifeStatus::past_due, LifeStatus::active, "subscription.activated");
}

namespace {
constexpr pg::Statement put_off_due{R"(
  UPDATE subscriptions SET due_at = $4, billing_error = $2, updated_at = $3 WHERE user_id = $1 AND due_at <= $3)"};
}

Task<void> put_off(pg::Session& db, UserId user_id, std::string error, Instant now, Instant until) {
  co_await db.query(put_off_due, pg::Params{}.add(user_id.text()).add(error).add(now).add(until));
}

namespace {
constexpr pg::Statement bring_due_forward{
    "UPDATE subscriptions SET due_at = $2 WHERE id = $1 AND billing_error IS NOT NULL AND due_at > $2"};
}

void bring_forward(pg::Transaction& tx, SubscriptionId id, Instant now) {
  tx.send(bring_due_forward, pg::Params{}.add(id.text()).add(now));
}

constinit const pg::DueRows due_users DUE_ROWS("subscriptions", "due_at", R"(
  SELECT user_id
  FROM (SELECT user_id, due_at FROM subscriptions WHERE due_at <= $1 ORDER BY due_at, user_id LIMIT $2) AS due
  GROUP BY user_id ORDER BY min(due_at), user_id)");

namespace {
constexpr pg::Statement lock_due_rows{R"(
  SELECT due.user_id
  FROM (SELECT DISTINCT user_id FROM subscriptions WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) AND due_at <= $2 ORDER BY user_id) AS due
  CROSS JOIN LATERAL (SELECT FROM users WHERE id = due.user_id OFFSET 0 FOR NO KEY UPDATE) AS locked)"};
constexpr pg::Statement select_not_billed{"SELECT count(*) FROM subscriptions WHERE billing_error IS NOT NULL AND status <> 'canceled'"};
}  // namespace

Task<std::vector<UserId>> lock_due_users(pg::Transaction& tx, const std::vector<UserId>& user_ids, Instant now) {
  std::vector<UserId> users;
  for (const auto row : co_await tx.query(lock_due_rows, pg::Params{}.add_array(user_ids).add(now))) users.push_back(row.as<UserId>(0));
  co_return users;
}

Task<std::int64_t> count_not_billed(pg::Session& db) {
  const auto rows = co_await db.query(select_not_billed);
  co_return rows[0].integer(0);
}

}  // namespace billing::facts
