#include "rooms/usage/days.hpp"

namespace billing::usage {
namespace {

// Of the days from the first one on of which something may be unbilled; and everything that is not folded yet, by itself.
constexpr pg::Statement select_days{R"(
  SELECT d.user_id, d.metric, d.day, d.subscription_id, d.quantity, false AS fresh
  FROM (SELECT user_id, min(from_day) AS from_day FROM unbilled_from WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) GROUP BY user_id) AS w
  CROSS JOIN LATERAL (SELECT * FROM usage_days d WHERE d.user_id = w.user_id AND d.day >= w.from_day OFFSET 0) AS d
  UNION ALL
  SELECT user_id, metric, day, subscription_id, sum(quantity), true FROM unfolded_usage($1::uuid[]) GROUP BY 1, 2, 3, 4
  ORDER BY 1, 3, 2, 4)"};
constexpr pg::Statement select_noted{
    "SELECT user_id, day FROM usage_late WHERE user_id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY user_id, day"};

bool same_day(const UsageDay& a, const UsageDay& b) { return a.day == b.day && a.metric == b.metric && a.subscription == b.subscription; }

/// A sum of 64-bit quantities and corrections; what is not folded yet may be negative. Throws Overflow beyond 128 bits.
Int128 parse_sum(std::string_view text) {
  const bool negative = text.starts_with('-');
  Int128 value = 0;
  for (const char digit : text.substr(negative ? 1 : 0)) value = added(multiplied(value, 10), digit - '0');
  return negative ? -value : value;
}

}  // namespace

std::vector<pg::Query> days_queries(const std::vector<UserId>& user_ids) {
  const auto params = pg::Params{}.add_array(user_ids);
  return {{select_days, params}, {select_noted, params}};
}

UsedDays read_days(std::span<const pg::Result> results) {
  UsedDays used;
  for (const auto row : results[0]) {
    const auto user = row.as<UserId>(0);
    UsageDay day{std::string{row.text(1)}, row.date(2), row.is_null(3) ? std::nullopt : std::optional{row.as<SubscriptionId>(3)},
                 parse_sum(row.text(4))};
    if (row.boolean(5)) used.late.insert({user, day.day});
    auto& of_user = used.days[user];
    if (!of_user.empty() && same_day(of_user.back(), day)) {
      of_user.back().quantity = added(of_user.back().quantity, day.quantity);
    } else {
      of_user.push_back(std::move(day));
    }
  }
  for (const auto row : results[1]) used.noted.insert({row.as<UserId>(0), row.date(1)});
  used.late.insert(used.noted.begin(), used.noted.end());
  return used;
}

namespace {
// In the order in which a fold notes them, so that the two never wait for each other.
constexpr pg::Statement delete_noted{R"(
  DELETE FROM usage_late
  WHERE (user_id, day) IN (
    SELECT l.user_id, l.day FROM usage_late l JOIN unnest($1::uuid[], $2::date[]) AS n (user_id, day) USING (user_id, day)
    ORDER BY l.user_id, l.day FOR UPDATE OF l))"};
}  // namespace

void forget_noted(pg::Transaction& tx, const std::set<DayOfUser>& noted) {
  if (noted.empty()) return;
  std::vector<UserId> users;
  std::vector<Date> days;
  for (const auto& [user, day] : noted) {
    users.push_back(user);
    days.push_back(day);
  }
  tx.send(delete_noted, pg::Params{}.add_array(users).add_array(days));
}

namespace {

constexpr std::int64_t most_a_fold = 100'000;
/// Fewer wait for the next sweep: folded a few at a time, events of the same user, metric and day are summed up again and again.
constexpr std::int64_t worth_another_fold = 5'000;
/// Clocks of machines differ by less; a period is settled after its last day by one of them.
constexpr auto clocks_differ = std::chrono::hours{1};

constexpr pg::Statement fold_some{"SELECT fold_usage($1, $2)"};
constexpr pg::Statement select_unfolded{R"(
  SELECT EXISTS (SELECT FROM usage_events WHERE xid >= (SELECT xid FROM usage_mark) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
      OR EXISTS (SELECT FROM usage_corrections WHERE xid >= (SELECT xid FROM usage_mark) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint))"};

/// A simulated clock leaps: under it every day counts as over.
Date over_before(const Clock& clock) {
  if (clock.simulated()) return Date{std::chrono::year{9999} / 12 / 31};
  return date_of(clock.now() + clocks_differ);
}

}  // namespace

Task<std::int64_t> fold(Context& context) {
  std::int64_t total = 0;
  std::int64_t folded = worth_another_fold;
  while (folded >= worth_another_fold && co_await anything_unfolded(context.db)) {  // before the clock is read: fold_usage says why
    const auto rows = co_await context.db.query(fold_some, pg::Params{}.add(most_a_fold).add(over_before(context.clock)));
    folded = rows[0].integer(0);
    total += folded;
  }
  co_return total;
}

namespace {
constexpr pg::Statement select_mark{"SELECT xid FROM usage_mark"};
}

Task<std::string> mark(pg::Session& db) { co_return std::string{(co_await db.query(select_mark))[0].text(0)}; }

Task<bool> anything_unfolded(pg::Session& db) { co_return (co_await db.query(select_unfolded))[0].boolean(0); }

namespace {
constexpr pg::Statement select_unfolded_of{R"(
  SELECT EXISTS (SELECT FROM usage_events WHERE xid >= (SELECT xid FROM usage_mark) AND id < $1)
      OR EXISTS (SELECT FROM usage_corrections WHERE xid >= (SELECT xid FROM usage_mark) AND id < $1))"};
}  // namespace

Task<bool> anything_unfolded_of(pg::Session& db, Instant, std::string made_before) {
  co_return (co_await db.query(select_unfolded_of, pg::Params{}.add(made_before)))[0].boolean(0);
}

namespace {
constexpr pg::Statement select_late_users{"SELECT DISTINCT user_id FROM usage_late ORDER BY user_id LIMIT $1"};
constexpr pg::Statement select_any_late{"SELECT EXISTS (SELECT FROM usage_late)"};
}  // namespace

Task<std::vector<std::string>> find_users_with_late_days(pg::Session& db, Instant, std::int64_t limit) {
  std::vector<std::string> users;
  for (const auto row : co_await db.query(select_late_users, pg::Params{}.add(limit))) users.emplace_back(row.text(0));
  co_return users;
}

Task<bool> any_late_days(pg::Session& db, Instant, std::string) { co_return (co_await db.query(select_any_late))[0].boolean(0); }

}  // namespace billing::usage
