#include "rooms/users/create_user.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"

namespace billing::users {
namespace {

using namespace std::chrono_literals;

constexpr pg::Statement hold_the_address{R"(
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  VALUES (gen_random_uuid(), 'held@example.com', 'held@example.com', '2026-01-15T12:00:00Z', '2026-01-15T12:00:00Z'))"};

class CreateUser : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  using Outcome = std::optional<std::optional<User>>;  // nullopt: not answered yet

  static User wish(const std::string& email, std::optional<std::string> external_id = {}) {
    User user{.id = {}, .email = email, .payment_method = {}, .created_at = {}, .updated_at = {}};
    user.details.external_id = std::move(external_id);
    return user;
  }
  static std::vector<User> wishes(int count) {
    std::vector<User> users;
    for (int n = 0; n < count; ++n) users.push_back(wish(fmt::format("user-{}@example.com", n)));
    return users;
  }

  Task<void> create(const User& user, std::string actor, Outcome& outcome) {
    Context context{*pool, clock, queue, redis, metrics, "test", actor};
    outcome = co_await create_user(context, user);
  }
  Task<void> create_all(const std::vector<User>& users, std::vector<Outcome>& outcomes) {
    TaskGroup group;
    for (std::size_t i = 0; i < users.size(); ++i) group.spawn(create(users[i], fmt::format("key:{}", i % 2), outcomes[i]));
    co_await group.join();
  }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-01-15T12:00:00Z")};
};

TEST_F(CreateUser, those_that_come_while_others_are_created_share_the_next_commit) {
  const auto users = wishes(12);
  std::vector<Outcome> outcomes(users.size());
  reactor.block_on(create_all(users, outcomes));
  for (std::size_t i = 0; i < users.size(); ++i) {
    ASSERT_TRUE(outcomes[i] && *outcomes[i]);
    EXPECT_EQ((*outcomes[i])->email, users[i].email);
  }
  EXPECT_EQ(value("SELECT count(DISTINCT xid)::text FROM audit_events"), "2");  // the first one, and those that gathered meanwhile
}

TEST_F(CreateUser, each_is_told_what_became_of_its_own_and_the_audit_who_created_it) {
  auto users = wishes(12);
  users[5] = wish("USER-4@example.com");
  users[6].details.external_id = users[7].details.external_id = "the same";
  std::vector<Outcome> outcomes(users.size());
  reactor.block_on(create_all(users, outcomes));
  EXPECT_NE(outcomes[4]->has_value(), outcomes[5]->has_value());
  EXPECT_NE(outcomes[6]->has_value(), outcomes[7]->has_value());
  EXPECT_EQ(value("SELECT count(*)::text FROM users"), "10");
  EXPECT_EQ(value(R"(
    SELECT count(*)::text FROM audit_events a JOIN users u ON u.id = a.user_id AND u.id::text = a.entity_id
    WHERE a.actor = 'key:' || substring(lower(u.email) from '[0-9]+')::int % 2 OR u.email LIKE 'USER%')"),
            "10");
}

TEST_F(CreateUser, one_that_waits_for_somebody_elses_transaction_waits_alone) {
  auto users = wishes(12);
  users[5] = wish("held@example.com");
  std::vector<Outcome> outcomes(users.size());
  reactor.block_on([](CreateUser& self, const std::vector<User>& all, std::vector<Outcome>& answers) -> Task<void> {
    auto slow = co_await self.pool->begin();
    co_await slow.query(hold_the_address);
    TaskGroup group;
    group.spawn(self.create_all(all, answers));
    const auto answered = [&answers] { return std::ranges::count_if(answers, [](const auto& each) { return each.has_value(); }); };
    while (answered() < 11) co_await self.reactor.sleep(5ms);
    EXPECT_FALSE(answers[5]);
    Outcome later;
    co_await self.create(wish("later@example.com"), "key:2", later);  // nor does the next one wait
    EXPECT_TRUE(later && *later);
    co_await slow.commit();
    co_await group.join();
  }(*this, users, outcomes));
  EXPECT_TRUE(outcomes[5] && !*outcomes[5]);
}

}  // namespace
}  // namespace billing::users
