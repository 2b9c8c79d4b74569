#include "rooms/balance/expire.hpp"

#include <gtest/gtest.h>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "platform/runtime/task.hpp"

namespace billing::balance {
namespace {

/// Grants of 10.00: 1 and 2 can be used until March 9, 3 until March 10, 4 for good; of 5 to 7, until March 9 as well, nothing is left.
constexpr const char* seven_grants = R"(
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@example.com', n || '@example.com', '2026-03-01Z', '2026-03-01Z'
  FROM generate_series(1, 7) n;
  INSERT INTO grants (id, user_id, amount_cents, currency, expires_on, source, used_cents, ended_cents, ended_at, created_at)
  SELECT u.id, u.id, 1000, 'USD', day::date, 'credit', used, ended, CASE WHEN ended > 0 THEN '2026-03-02Z'::timestamptz END, '2026-03-01Z'
  FROM (VALUES (1, '2026-03-10', 0, 0), (2, '2026-03-10', 999, 0), (3, '2026-03-11', 0, 0), (4, NULL, 0, 0), (5, '2026-03-10', 1000, 0),
               (6, '2026-03-10', 0, 1000), (7, '2026-03-10', 400, 600)) AS v (n, day, used, ended)
  JOIN users u ON u.email = n || '@example.com')";

class ExpireGrants : public ::testing::Test, public pg::test::FreshDatabase {
 protected:
  ExpireGrants() { execute(seven_grants); }

  static std::vector<GrantId> all() {
    std::vector<GrantId> ids;
    for (const char n : std::string_view{"1234567"}) ids.push_back(*GrantId::parse(std::string{"00000000-0000-7000-8000-00000000000"} + n));
    return ids;
  }
  Context context() { return {*pool, clock, queue, redis, metrics, "test", "worker"}; }
  void expire() {
    auto of_worker = context();
    reactor.block_on(expire_grants(of_worker, all()));
  }
  void at(const char* now) { clock.set(*parse_instant(now)); }
  std::size_t due() { return reactor.block_on(pg::find_due(*pool, expiring_grants, clock.now(), 100)).size(); }
  /// The grants that were told to have expired, in the order of their numbers, each as often as it was.
  std::string told() {
    return value(
        "SELECT coalesce(string_agg(right(entity_id, 1), ' ' ORDER BY entity_id), '') FROM audit_events WHERE action = 'credit.expired'");
  }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-03-01T12:00:00Z")};
};

TEST_F(ExpireGrants, each_with_something_left_expires_as_its_day_begins) {
  at("2026-03-09T23:59:59Z");
  EXPECT_EQ(due(), 0U);
  expire();
  EXPECT_EQ(told(), "");
  EXPECT_EQ(reactor.block_on(pg::next_due(*pool, expiring_grants, clock.now())), parse_instant("2026-03-10T00:00:00Z"));
  at("2026-03-10T00:00:00Z");
  EXPECT_EQ(due(), 2U);
  expire();
  EXPECT_EQ(told(), "1 2");
  at("2026-03-11T00:00:00Z");
  expire();
  EXPECT_EQ(told(), "1 2 3");
}

TEST_F(ExpireGrants, each_is_told_once_however_often_and_by_how_many_it_is_looked_for) {
  at("2026-03-10T00:00:00Z");
  auto one = context();
  auto other = context();
  reactor.block_on([](Context& first, Context& second) -> Task<void> {
    TaskGroup group;
    group.spawn(expire_grants(first, all()));
    group.spawn(expire_grants(second, all()));
    co_await group.join();
  }(one, other));
  expire();
  EXPECT_EQ(told(), "1 2");
  EXPECT_EQ(due(), 0U);
}

TEST_F(ExpireGrants, what_could_not_be_told_stays_due) {
  execute(R"(CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
             CREATE TRIGGER broken BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse())");
  at("2026-03-10T00:00:00Z");
  EXPECT_THROW(expire(), pg::StatementError);
  EXPECT_EQ(due(), 2U);
  execute("DROP TRIGGER broken ON audit_events");
  expire();
  EXPECT_EQ(told(), "1 2");
}

TEST_F(ExpireGrants, what_comes_back_to_one_that_was_told_is_not_told_again) {
  at("2026-03-10T00:00:00Z");
  expire();
  execute("UPDATE grants SET used_cents = 0 WHERE used_cents > 0");
  EXPECT_EQ(due(), 2U);  // of those to which something came back, the two that had nothing left on their day
  expire();
  EXPECT_EQ(told(), "1 2 5 7");
}

}  // namespace
}  // namespace billing::balance
