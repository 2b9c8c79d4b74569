#include "rooms/facts/store.hpp"

#include <algorithm>

#include "core/facts/due.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/facts/life_rows.hpp"

namespace billing::facts {

const Term& shown_term(const Life& life, Date today) {
  auto day = std::max(today, life.started_on);
  if (life.end && life.end->on > life.started_on) day = std::min(day, life.end->on - std::chrono::days{1});
  return term_on(life, day);
}

Instant due_after(const Life& life, Date today) {
  if (has_ended(life, today)) return Instant{life.end->on} + settle_grace;
  std::optional<Date> next;
  const auto consider = [&next](Date day) {
    if (!next || day < *next) next = day;
  };
  // A period that is over already is to be rolled over before anything else.
  consider(life.current().days.end);
  const auto still_to_come = [&](Date day) {
    if (day > today) consider(day);
  };
  still_to_come(life.started_on);
  for (const auto& term : life.terms) still_to_come(term.from);
  for (const auto& pause : life.pauses) {
    still_to_come(pause.from);
    if (pause.until) still_to_come(*pause.until);
  }
  if (const auto day = trial_notice_on(life)) still_to_come(*day);
  return Instant{*next};
}

void refresh(Subscription& subscription, Instant now) {
  const auto today = date_of(now);
  subscription.status = status_on(subscription.life, today, subscription.past_due);
  subscription.due_at = due_after(subscription.life, today);
  subscription.billing_error.reset();
  if (subscription.status == LifeStatus::canceled && !subscription.canceled_at) subscription.canceled_at = now;
}

namespace {

constexpr pg::Statement insert_row{R"(
  INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, anchor_day, current_period_start, current_period_end, metadata,
                             due_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12))"};

}  // namespace

void insert_subscription(pg::Transaction& tx, const Context& context, const Subscription& made) {
  const auto& life = made.life;
  const auto today = date_of(made.created_at);
  pg::Params params;
  params.add(life.id.text()).add(made.user_id.text()).add(shown_term(life, today).version->plan_code).add(to_text(made.status));
  params.add(life.started_on).add(life.anchor).add(life.anchor_day).add(life.current().days.start).add(life.current().days.end);
  params.add(made.metadata_json).add(made.due_at).add(made.created_at);
  tx.send(insert_row, std::move(params));
  send_terms(tx, life);
  send_pauses(tx, life);
  send_periods(tx, made.user_id, life, {});
  const std::string status{to_text(made.status)};
  std::vector<audit::Entry> entries{{"subscription.created", "subscription", life.id.text(), made.user_id.text(), {}, status}};
  const auto notice_on = trial_notice_on(life);
  if (notice_on && *notice_on <= today && made.status == LifeStatus::trialing) {
    entries.push_back({"subscription.trial_ending", "subscription", life.id.text(), made.user_id.text(), status, status});
  }
  audit::record(tx, context, entries);
}

namespace {

constexpr pg::Statement select_by_id{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions WHERE id = $1)"};

}  // namespace

Task<std::optional<Subscription>> find_subscription(pg::Session& db, SubscriptionId id) {
  auto found = co_await read_lives(db, co_await db.query(select_by_id, pg::Params{}.add(id.text())));
  if (found.empty()) co_return std::nullopt;
  co_return std::move(found.front());
}

namespace {
constexpr pg::Statement select_by_ids{"SELECT " SUBSCRIPTION_COLUMNS R"(
  FROM subscriptions WHERE id = ANY ((SELECT $1::uuid[])::uuid[]))"};
}

Task<std::vector<Subscription>> find_subscriptions(pg::Session& db, const std::vector<SubscriptionId>& ids) {
  co_return co_await read_lives(db, co_await db.query(select_by_ids, pg::Params{}.add_array(ids)));
}

Task<Subscription> require_subscription(pg::Session& db, SubscriptionId id) {
  auto found = co_await find_subscription(db, id);
  if (!found) throw not_found("There is no subscription " + id.text() + ".");
  co_return *std::move(found);
}

namespace {
constexpr pg::Statement select_owner{"SELECT user_id FROM subscriptions WHERE id = $1"};
}

Task<UserId> owner_of(pg::Session& db, SubscriptionId id) {
  const auto rows = co_await db.query(select_owner, pg::Params{}.add(id.text()));
  if (rows.empty()) throw not_found("There is no subscription " + id.text() + ".");
  co_return rows[0].as<UserId>(0);
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
  co_return co_await read_lives(db, co_await db.query(select_page, std::move(params)));
}

Task<std::vector<Subscription>> find_all_of(pg::Session& db, const std::vector<UserId>& user_ids) {
  const auto results = co_await db.query_all(queries_of_users(user_ids));
  co_return co_await read_of_users(db, results);
}

namespace {

constexpr pg::Statement update_life{R"(
  UPDATE subscriptions
  SET plan_code = $2, anchor = $3, anchor_day = $4, current_period_start = $5, current_period_end = $6, ends_on = $7,
      cancel_at_period_end = $8, base_until = $9, status = $10, canceled_at = $11, due_at = $12, billing_error = $13, updated_at = $14,
      credit_to = $15
  WHERE id = $1)"};

bool same(const std::vector<Term>& a, const std::vector<Term>& b) {
  return std::ranges::equal(a, b,
                            [](const Term& x, const Term& y) { return x.from == y.from && x.reason == y.reason && same_terms(x, y); });
}

}  // namespace

namespace {

/// Before it both say the same; the day of the first term, pause or end that differs.
std::optional<Date> first_difference(const Life& before, const Life& after) {
  std::optional<Date> first;
  const auto consider = [&first](Date day) {
    if (!first || day < *first) first = day;
  };
  for (const auto* lives : {&before, &after}) {
    const auto& other = lives == &before ? after : before;
    for (const auto& term : lives->terms) {
      const auto& there = term_on(other, term.from);
      if (!same_terms(term, there)) consider(term.from);
    }
    for (const auto& pause : lives->pauses) {
      if (std::ranges::find(other.pauses, pause) == other.pauses.end()) consider(pause.from);
    }
    if (lives->end != other.end && lives->end) consider(lives->end->on);
  }
  return first;
}

// Other subscriptions of the user too: facts of one may move what another one claims.
constexpr pg::Statement unsettle_from{R"(
  UPDATE subscription_periods SET settled = false
  WHERE subscription_id IN (SELECT id FROM subscriptions WHERE user_id = $1) AND period_end > $2 AND settled)"};

}  // namespace

void save_facts(pg::Transaction& tx, const Subscription& before, const Subscription& after, Instant now) {
  const auto& life = after.life;
  pg::Params params;
  params.add(life.id.text()).add(shown_term(life, date_of(now)).version->plan_code).add(life.anchor).add(life.anchor_day);
  params.add(life.current().days.start).add(life.current().days.end);
  params.add(life.end.transform([](const End& end) { return end.on; })).add(life.end && life.end->at_period_end);
  params.add(life.end.and_then([](const End& end) { return end.base_until; }));
  params.add(to_text(after.status)).add(after.canceled_at).add(after.due_at).add(after.billing_error).add(now);
  params.add(life.end && life.end->refund ? "refund" : "balance");
  tx.send(update_life, std::move(params));
  if (!same(before.life.terms, life.terms)) {
    delete_terms(tx, life.id);
    send_terms(tx, life);
  }
  if (before.life.pauses != life.pauses) {
    delete_pauses(tx, life.id);
    send_pauses(tx, life);
  }
  if (before.life.periods != life.periods) send_periods(tx, after.user_id, life, before.life.periods);
  if (const auto day = first_difference(before.life, life); day && *day <= date_of(now)) {
    tx.send(unsettle_from, pg::Params{}.add(after.user_id.text()).add(*day));
    bill_again_if_canceled(tx, after.user_id, now);
  }
}

namespace {
constexpr pg::Statement update_entered{R"(
  UPDATE subscriptions s
  SET plan_code = u.plan_code, anchor = u.anchor, anchor_day = u.anchor_day, current_period_start = u.period_start,
      current_period_end = u.period_end, status = u.status, canceled_at = u.canceled_at, due_at = u.due_at, billing_error = NULL,
      waiting_cents = u.waiting_cents, updated_at = $11
  FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::date[], $6::subscription_status[], $7::timestamptz[], $8::timestamptz[],
              $9::bigint[], $10::bigint[])
    AS u (id, plan_code, anchor, period_start, period_end, status, canceled_at, due_at, waiting_cents, anchor_day)
  WHERE s.id = u.id)"};
constexpr pg::Statement insert_periods{R"(
  INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial)
  SELECT subscription_id, user_id, period_start, period_end, period_start, full_days, trial
  FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[], $5::bigint[], $6::bool[])
    AS p (subscription_id, user_id, period_start, period_end, full_days, trial))"};

void send_new_periods(pg::Transaction& tx, const std::vector<std::pair<Subscription, Subscription>>& entered) {
  std::vector<SubscriptionId> ids;
  std::vector<UserId> users;
  std::vector<Date> starts, ends;
  std::vector<std::int64_t> full_days;
  std::vector<std::string> trials;
  for (const auto& [before, after] : entered) {
    for (const auto& period : after.life.periods) {
      if (period.days.start <= before.life.current().days.start) continue;
      ids.push_back(after.life.id);
      users.push_back(after.user_id);
      starts.push_back(period.days.start);
      ends.push_back(period.days.end);
      full_days.push_back(period.full_days);
      trials.emplace_back(period.trial ? "t" : "f");
    }
  }
  pg::Params params;
  params.add_array(ids).add_array(users).add_array(starts).add_array(ends).add_array(full_days).add_array(trials);
  tx.send(insert_periods, std::move(params));
}
}  // namespace

void save_entered(pg::Transaction& tx, const std::vector<std::pair<Subscription, Subscription>>& entered, Instant now) {
  if (entered.empty()) return;
  std::vector<SubscriptionId> ids;
  std::vector<std::string> plans, statuses;
  std::vector<Date> anchors, starts, ends;
  std::vector<std::optional<Instant>> canceled, due;
  std::vector<std::optional<std::int64_t>> anchor_days;
  std::vector<std::int64_t> waiting;
  for (const auto& [before, after] : entered) {
    const auto& current = after.life.current().days;
    ids.push_back(after.life.id);
    plans.push_back(shown_term(after.life, current.start).version->plan_code);
    anchors.push_back(after.life.anchor);
    anchor_days.push_back(after.life.anchor_day);
    starts.push_back(current.start);
    ends.push_back(current.end);
    statuses.emplace_back(to_text(after.status));
    canceled.push_back(after.canceled_at);
    due.push_back(after.due_at);
    waiting.push_back(after.waiting_cents);
  }
  pg::Params params;
  params.add_array(ids).add_array(plans).add_array(anchors).add_array(starts).add_array(ends).add_array(statuses).add_array(canceled);
  params.add_array(due).add_array(waiting).add_array(anchor_days).add(now);
  tx.send(update_entered, std::move(params));
  send_new_periods(tx, entered);
}

namespace {
constexpr pg::Statement update_rows{R"(
  UPDATE subscriptions s
  SET status = u.status, due_at = u.due_at, billing_error = u.billing_error, waiting_cents = u.waiting_cents, plan_code = u.plan_code,
      canceled_at = u.canceled_at, updated_at = $8
  FROM unnest($1::uuid[], $2::subscription_status[], $3::timestamptz[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[])
    AS u (id, status, due_at, billing_error, waiting_cents, plan_code, canceled_at)
  WHERE s.id = u.id)"};
}

void save_rows(pg::Transaction& tx, const std::vector<Subscription>& subscriptions, Instant now) {
  if (subscriptions.empty()) return;
  std::vector<SubscriptionId> ids;
  std::vector<std::string> statuses, plans;
  std::vector<std::optional<Instant>> due, canceled;
  std::vector<std::optional<std::string>> errors;
  std::vector<std::int64_t> waiting;
  for (const auto& subscription : subscriptions) {
    ids.push_back(subscription.life.id);
    statuses.emplace_back(to_text(subscription.status));
    due.push_back(subscription.due_at);
    plans.push_back(shown_term(subscription.life, date_of(now)).version->plan_code);
    canceled.push_back(subscription.canceled_at);
    errors.push_back(subscription.billing_error);
    waiting.push_back(subscription.waiting_cents);
  }
  pg::Params params;
  params.add_array(ids).add_array(statuses).add_array(due).add_array(errors).add_array(waiting).add_array(plans).add_array(canceled).add(
      now);
  tx.send(update_rows, std::move(params));
}

}  // namespace billing::facts
