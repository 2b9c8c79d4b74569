#include "rooms/usage/days.hpp"

#include <gtest/gtest.h>

#include "platform/postgres/testing/test_database.hpp"

namespace billing::usage {
namespace {

using namespace std::chrono_literals;

constexpr const char* user_id = "00000000-0000-7000-8000-000000000001";
constexpr const char* one_user = R"(
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', '2026-03-01Z', '2026-03-01Z'))";
constexpr pg::Statement insert_event{R"(
  INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at)
  VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'calls', $1, '2026-03-02T12:00:00Z', '2026-03-02Z'))"};
constexpr pg::Statement fold_all{"SELECT fold_usage(1000, '9999-12-31')"};
constexpr pg::Statement count_notes{"SELECT count(*) FROM usage_late"};
constexpr pg::Statement count_waiting{
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%fold_usage%'"};

const DayOfUser the_day{*UserId::parse(user_id), *parse_date("2026-03-02")};

class Days : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  Days() : FreshDatabase({.url = {}, .statement_timeout = 5s}) { execute(one_user); }

  Task<UsedDays> used() { co_return read_days(co_await pool->query_all(days_queries({the_day.first}))); }
};

TEST_F(Days, what_is_not_folded_and_what_is_come_to_one_sum_and_its_day_is_late) {
  reactor.block_on([](Days& self) -> Task<void> {
    co_await self.pool->query(insert_event, pg::Params{}.add(3));
    const auto before = co_await self.used();
    EXPECT_EQ(before.days.at(the_day.first).at(0).quantity, 3);
    EXPECT_EQ(before.late, std::set{the_day});
    EXPECT_TRUE(before.noted.empty());
    co_await self.pool->query(fold_all);
    co_await self.pool->query(insert_event, pg::Params{}.add(4));
    const auto after = co_await self.used();
    EXPECT_EQ(after.noted, std::set{the_day});
    EXPECT_EQ(after.late, std::set{the_day});
  }(*this));
}

Task<void> fold_and_say_so(Days& self, bool& done) {
  co_await self.pool->query(fold_all);
  done = true;
}

// A run takes the note of a day away while usage of that day is folded which it has not seen.
TEST_F(Days, a_note_that_a_run_takes_away_is_noted_anew_by_a_fold_that_comes_meanwhile) {
  reactor.block_on([](Days& self) -> Task<void> {
    co_await self.pool->query(insert_event, pg::Params{}.add(1));
    co_await self.pool->query(fold_all);
    auto early = co_await self.pool->begin();  // its transaction is older than the run's
    co_await early.query(insert_event, pg::Params{}.add(2));
    auto run = co_await self.pool->begin();
    forget_noted(run, {the_day});
    EXPECT_EQ((co_await run.query(count_notes))[0].integer(0), 0);
    co_await early.commit();

    bool done = false;
    TaskGroup folding;
    folding.spawn(fold_and_say_so(self, done));
    while (!done && (co_await self.pool->query(count_waiting))[0].integer(0) == 0) co_await self.reactor.sleep(5ms);
    co_await run.commit();
    co_await folding.join();
    EXPECT_EQ((co_await self.pool->query(count_notes))[0].integer(0), 1);
  }(*this));
}

}  // namespace
}  // namespace billing::usage
