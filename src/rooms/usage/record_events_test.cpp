#include "rooms/usage/record_events.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"

namespace billing::usage {
namespace {

using namespace std::chrono_literals;

constexpr int senders = 12;
std::string customer(int number) { return fmt::format("00000000-0000-7000-8000-{:012}", number); }
std::string insert_customers() {
  return fmt::format(R"(
    INSERT INTO users (id, email, email_key, created_at, updated_at)
    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@example.com', n || '@example.com', '2026-01-01Z', '2026-01-01Z'
    FROM generate_series(0, {} - 1) n)",
                     senders);
}
constexpr pg::Statement hold_the_id{R"(
  INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, created_at)
  VALUES (gen_random_uuid(), $1, 'calls', 1, '2026-01-15T12:00:00Z', 'held', '2026-01-15T12:00:00Z'))"};

class RecordEvent : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  RecordEvent() { execute(insert_customers()); }

  static UsageEvent event_of(int n) {
    UsageEvent event;
    event.user_id = *UserId::parse(customer(n));
    event.metric = "calls";
    event.quantity = 1;
    event.at = *parse_instant("2026-01-15T12:00:00Z");
    return event;
  }
  /// Of all customers, at the same time.
  static std::vector<UsageEvent> of_all() {
    std::vector<UsageEvent> events;
    for (int n = 0; n < senders; ++n) events.push_back(event_of(n));
    return events;
  }

  Task<void> send(const UsageEvent& event, std::optional<Recorded>& recorded) {
    Context context{*pool, clock, queue, redis, metrics, "test", "anonymous"};
    recorded = co_await record_event(context, event);
  }
  Task<void> send_all(const std::vector<UsageEvent>& events, std::vector<std::optional<Recorded>>& recorded) {
    TaskGroup group;
    for (std::size_t i = 0; i < events.size(); ++i) group.spawn(send(events[i], recorded[i]));
    co_await group.join();
  }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-01-15T12:00:00Z")};
};

TEST_F(RecordEvent, those_that_come_while_others_are_recorded_share_the_next_commit) {
  std::vector<std::optional<Recorded>> recorded(senders);
  reactor.block_on(send_all(of_all(), recorded));
  EXPECT_EQ(recorded, std::vector<std::optional<Recorded>>(senders, Recorded::accepted));
  EXPECT_EQ(value("SELECT count(*)::text FROM usage_events"), std::to_string(senders));
  EXPECT_EQ(value("SELECT count(DISTINCT xid)::text FROM usage_events"), "2");  // the first one, and those that gathered meanwhile
}

TEST_F(RecordEvent, each_is_told_what_became_of_its_own_event) {
  auto events = of_all();
  events[3].user_id = *UserId::parse("00000000-0000-7000-8000-999999999999");
  events[4].event_id = events[5].event_id = events[6].event_id = "twice";
  events[5].user_id = events[6].user_id = events[4].user_id;
  events[6].quantity = 2;
  std::vector<std::optional<Recorded>> recorded(senders), expected(senders, Recorded::accepted);
  reactor.block_on(send_all(events, recorded));
  expected[3] = Recorded::unknown_user;
  expected[5] = Recorded::duplicate;
  expected[6] = Recorded::conflict;
  EXPECT_EQ(recorded, expected);
  EXPECT_EQ(value("SELECT count(*)::text FROM usage_events"), std::to_string(senders - 3));
}

TEST_F(RecordEvent, one_that_waits_for_somebody_elses_transaction_waits_alone) {
  auto events = of_all();
  events[5].event_id = "held";
  std::vector<std::optional<Recorded>> recorded(senders);
  reactor.block_on([](RecordEvent& self, const std::vector<UsageEvent>& all, std::vector<std::optional<Recorded>>& outcomes) -> Task<void> {
    auto slow = co_await self.pool->begin();
    co_await slow.query(hold_the_id, pg::Params{}.add(customer(5)));
    TaskGroup group;
    group.spawn(self.send_all(all, outcomes));
    const auto answered = [&outcomes] { return std::ranges::count_if(outcomes, [](const auto& each) { return each.has_value(); }); };
    while (answered() < senders - 1) co_await self.reactor.sleep(5ms);
    EXPECT_FALSE(outcomes[5]);
    std::optional<Recorded> later;
    co_await self.send(event_of(0), later);  // nor does the next one wait
    EXPECT_EQ(later, Recorded::accepted);
    co_await slow.commit();
    co_await group.join();
  }(*this, events, recorded));
  EXPECT_EQ(recorded[5], Recorded::duplicate);
}

}  // namespace
}  // namespace billing::usage
