#include "rooms/events/sequence.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "platform/postgres/testing/test_database.hpp"
#include "rooms/events/store.hpp"
#include "rooms/events/types.hpp"

namespace billing::events {
namespace {

using namespace std::chrono_literals;

constexpr pg::Statement write_one{R"(
  INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id)
  VALUES (gen_random_uuid(), '2026-03-01Z', 'worker', $1, 'user', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000001'))"};
constexpr pg::Statement give_some{"SELECT sequence_events($1)"};
constexpr pg::Statement select_types{"SELECT DISTINCT type FROM event_types"};
constexpr pg::Statement move_to_another_cluster{"UPDATE event_mark SET cluster = 'another'"};
constexpr pg::Statement as_there{"UPDATE event_mark SET xid = 1000000000"};
constexpr pg::Statement adopt{"SELECT adopt_events()"};

class Sequence : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  Sequence() : FreshDatabase({.url = {}, .statement_timeout = 5s}) {}

  Task<void> write(std::string action = "user.updated") { co_await pool->query(write_one, pg::Params{}.add(action)); }
  Task<std::int64_t> give(std::int64_t most = 1000) { co_return (co_await pool->query(give_some, pg::Params{}.add(most)))[0].integer(0); }
  Task<std::vector<std::int64_t>> sequences() {
    std::vector<std::int64_t> found;
    for (const auto& event : co_await find_events(*pool, {.types = {}, .user = {}}, 0, 100)) found.push_back(event.sequence);
    co_return found;
  }
};

TEST_F(Sequence, what_has_committed_gets_the_next_numbers_and_what_nobody_is_told_of_none) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    co_await self.write();
    co_await self.write("plan.created");
    co_await self.write();
    EXPECT_TRUE(co_await anything_unsequenced(*self.pool));
    EXPECT_EQ(co_await self.give(), 3);
    EXPECT_EQ(co_await self.sequences(), (std::vector<std::int64_t>{1, 2}));
    EXPECT_FALSE(co_await anything_unsequenced(*self.pool));
    EXPECT_EQ(co_await self.give(), 0);
  }(*this));
}

TEST_F(Sequence, a_transaction_that_is_open_holds_back_those_that_began_after_it) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    auto slow = co_await self.pool->begin();
    co_await slow.query(write_one, pg::Params{}.add("user.created"));
    co_await self.write();
    EXPECT_EQ(co_await self.give(), 0);
    co_await slow.commit();
    EXPECT_EQ(co_await self.give(), 2);
    const auto events = co_await find_events(*self.pool, {.types = {}, .user = {}}, 0, 100);
    EXPECT_EQ(events.at(0).type, "user.created");
    EXPECT_EQ(events.at(1).type, "user.updated");
  }(*this));
}

TEST_F(Sequence, many_get_theirs_a_few_transactions_at_a_time) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    for (int i = 0; i < 10; ++i) co_await self.write();
    while (co_await self.give(3) > 0) {
    }
    EXPECT_EQ(co_await self.sequences(), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  }(*this));
}

TEST_F(Sequence, in_another_cluster_what_had_none_gets_one_and_what_comes_then_follows) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    co_await self.write();
    co_await self.give();
    co_await self.pool->query(as_there);  // of which all transactions here are long past
    co_await self.pool->query(move_to_another_cluster);
    co_await self.pool->query(adopt);
    co_await self.write();
    EXPECT_EQ(co_await self.give(), 1);
    EXPECT_EQ(co_await self.sequences(), (std::vector<std::int64_t>{1, 2}));
  }(*this));
}

TEST_F(Sequence, old_events_go_from_the_oldest_on_and_leave_no_gap) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    for (int i = 0; i < 3; ++i) co_await self.write();
    co_await self.give();
    const auto march = Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
    EXPECT_FALSE(co_await anything_before(*self.pool, march));
    EXPECT_EQ(co_await prune(*self.pool, march), 0);
    EXPECT_TRUE(co_await anything_before(*self.pool, march + 1s));
    EXPECT_EQ(co_await prune(*self.pool, march + 1s), 3);
    const auto left = co_await kept(*self.pool);
    EXPECT_EQ(left.oldest, 4);
    EXPECT_EQ(left.newest, 3);
  }(*this));
}

TEST_F(Sequence, every_type_that_the_audit_makes_is_known) {
  reactor.block_on([](Sequence& self) -> Task<void> {
    std::size_t count = 0;
    for (const auto row : co_await self.pool->query(select_types)) {
      EXPECT_NE(std::ranges::find(all_types(), row.text(0)), all_types().end()) << row.text(0);
      ++count;
    }
    EXPECT_EQ(count, all_types().size());
  }(*this));
}

TEST(Types, are_chosen_one_by_one_or_by_their_kind) {
  EXPECT_EQ(expand({"invoice.paid"}), std::vector<std::string>{"invoice.paid"});
  EXPECT_EQ(expand({"user.*", "user.created"})->size(), 3U);
  EXPECT_EQ(expand({"*"})->size(), all_types().size());
  for (const std::string bad : {"", "invoice", "invoice.lost", "invoic.*", ".*", "invoice.paid.*"})
    EXPECT_EQ(expand({bad}), std::nullopt) << bad;
}

}  // namespace
}  // namespace billing::events
