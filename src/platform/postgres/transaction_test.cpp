#include "platform/postgres/testing/test_support.hpp"

namespace billing::pg {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr Statement lock_note{"update pool_test.notes set body = 'locked' where id = $1"};
constexpr Statement child_note{"insert into pool_test.notes (id, parent) values ($1, $2)"};

class TransactionTest : public PostgresTest {
 protected:
  std::int64_t notes() { return run(number(pool, count_notes)); }

  Pool pool{reactor, options()};
};

TEST_F(TransactionTest, what_is_committed_stays) {
  run([](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("a"));
    co_await transaction.query(insert_note, Params{}.add(2).add("b"));
    co_await transaction.commit();
  }(pool));
  EXPECT_EQ(notes(), 2);
}

TEST_F(TransactionTest, dropped_without_commit_it_never_was) {
  for (int i = 0; i < 20; ++i) {
    run([](Pool& p) -> Task<void> {
      auto transaction = co_await p.begin();
      co_await transaction.query(insert_note, Params{}.add(1).add("a"));
    }(pool));
    run([](Pool& p, Reactor& loop) -> Task<void> {
      while (p.stats().in_use > 0) co_await loop.sleep(1ms);
    }(pool, reactor));
  }
  EXPECT_EQ(pool.stats().open, 1U);  // rolled back and lent again
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, an_exception_in_between_rolls_back) {
  const auto fails = [](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("a"));
    throw std::runtime_error("no");
  };
  EXPECT_THROW(run(fails(pool)), std::runtime_error);
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, an_empty_one_commits_without_a_round_trip) {
  run([](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.commit();
  }(pool));
  EXPECT_EQ(pool.stats().batches, 0U);
}

TEST_F(TransactionTest, sent_statements_go_with_the_commit_in_one_sync) {
  run([](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    for (int i = 0; i < 100; ++i) transaction.send(insert_note, Params{}.add(i).add("x"));
    co_await transaction.commit();
  }(pool));
  EXPECT_EQ(pool.stats().batches, 1U);
  EXPECT_EQ(notes(), 100);
}

TEST_F(TransactionTest, a_sent_statement_that_failed_surfaces_at_commit_and_nothing_stays) {
  const auto fails = [](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    transaction.send(insert_note, Params{}.add(1).add("x"));
    transaction.send(insert_note, Params{}.add(1).add("again"));
    transaction.send(insert_note, Params{}.add(2).add("x"));
    co_await transaction.commit();
  };
  try {
    run(fails(pool));
    FAIL();
  } catch (const StatementError& error) {
    EXPECT_TRUE(error.unique_violation());
  }
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, a_sent_statement_that_failed_surfaces_at_the_next_query_and_again_at_commit) {
  run([](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    transaction.send(divide, Params{}.add(0));
    EXPECT_THROW(co_await transaction.query(insert_note, Params{}.add(1).add("x")), StatementError);
    EXPECT_THROW(co_await transaction.query(select_one), StatementError);
    EXPECT_THROW(co_await transaction.commit(), StatementError);
  }(pool));
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, a_commit_that_postgres_refuses_throws) {
  const auto fails = [](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.query(child_note, Params{}.add(1).add(99));
    co_await transaction.commit();  // the foreign key is deferred to here
  };
  try {
    run(fails(pool));
    FAIL();
  } catch (const StatementError& error) {
    EXPECT_TRUE(error.foreign_key_violation());
  }
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, a_failure_that_was_swallowed_still_keeps_it_from_committing) {
  const auto fails = [](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("x"));
    EXPECT_THROW(co_await transaction.query(divide, Params{}.add(0)), StatementError);
    co_await transaction.commit();
  };
  EXPECT_THROW(run(fails(pool)), StatementError);
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, a_nested_part_leaves_committing_to_the_outer_one) {
  run([](Pool& p) -> Task<void> {
    auto outer = co_await p.begin();
    {
      auto inner = co_await outer.begin();
      inner.send(insert_note, Params{}.add(1).add("x"));
      co_await inner.commit();
    }
    EXPECT_EQ(co_await number(p, count_notes), 0);
    co_await outer.commit();
  }(pool));
  EXPECT_EQ(notes(), 1);
}

TEST_F(TransactionTest, a_nested_part_surfaces_what_it_sent) {
  run([](Pool& p) -> Task<void> {
    auto outer = co_await p.begin();
    auto inner = co_await outer.begin();
    inner.send(divide, Params{}.add(0));
    EXPECT_THROW(co_await inner.commit(), StatementError);
    EXPECT_THROW(co_await outer.commit(), StatementError);
  }(pool));
}

TEST_F(TransactionTest, a_nested_part_that_is_dropped_keeps_the_outer_from_committing) {
  run([](Pool& p) -> Task<void> {
    auto outer = co_await p.begin();
    co_await outer.query(insert_note, Params{}.add(1).add("x"));
    {
      auto inner = co_await outer.begin();
      co_await inner.query(insert_note, Params{}.add(2).add("x"));
    }
    EXPECT_THROW(co_await outer.commit(), std::logic_error);
  }(pool));
  EXPECT_EQ(notes(), 0);
}

TEST_F(TransactionTest, hooks_run_after_the_outermost_commit_only) {
  std::vector<std::string> ran;
  run([](Pool& p, std::vector<std::string>& names) -> Task<void> {
    auto outer = co_await p.begin();
    outer.after_commit([&] { names.emplace_back("outer"); });
    {
      auto inner = co_await outer.begin();
      inner.after_commit([&] { names.emplace_back("inner"); });
      co_await inner.commit();
    }
    EXPECT_TRUE(names.empty());
    co_await outer.query(insert_note, Params{}.add(1).add("x"));
    co_await outer.commit();
    auto dropped = co_await p.begin();
    dropped.after_commit([&] { names.emplace_back("dropped"); });
  }(pool, ran));
  EXPECT_EQ(ran, (std::vector<std::string>{"outer", "inner"}));
}

TEST_F(TransactionTest, no_hook_runs_when_the_commit_fails) {
  bool ran = false;
  run([](Pool& p, bool& r) -> Task<void> {
    auto transaction = co_await p.begin();
    transaction.after_commit([&] { r = true; });
    transaction.send(divide, Params{}.add(0));
    EXPECT_THROW(co_await transaction.commit(), StatementError);
    EXPECT_THROW(co_await transaction.commit(), std::logic_error);
  }(pool, ran));
  EXPECT_FALSE(ran);
}

TEST_F(TransactionTest, five_hundred_at_once_share_four_connections) {
  auto four = options();
  four.transaction_connections = 4;
  Pool small{reactor, four};
  std::size_t most_open = 0;
  all_at_once(500, [&](int i) -> Task<void> {
    auto transaction = co_await small.begin();
    most_open = std::max(most_open, small.stats().open);
    co_await transaction.query(insert_note, Params{}.add(i).add("x"));
    if (i % 5 == 0) co_return;  // dropped
    co_await transaction.commit();
  });
  EXPECT_EQ(most_open, 4U);
  EXPECT_EQ(notes(), 400);
  EXPECT_EQ(small.stats().waiting, 0U);
}

TEST_F(TransactionTest, who_gets_no_connection_in_time_is_told) {
  auto one = options();
  one.transaction_connections = 1;
  one.wait_timeout = 200ms;
  one.max_waiting = 1;
  Pool small{reactor, one};
  run([](Pool& p, Reactor& loop) -> Task<void> {
    auto holder = co_await p.begin();
    TaskGroup group;
    int unavailable = 0;
    for (int i = 0; i < 2; ++i) {  // the first waits its time, the second is one too many
      group.spawn([](Pool& inner, int& count) -> Task<void> {
        try {
          co_await inner.begin();
        } catch (const Unavailable&) {
          ++count;
        }
      }(p, unavailable));
    }
    EXPECT_EQ(unavailable, 1);
    for (int i = 0; i < 2000 && unavailable < 2; ++i) co_await loop.sleep(10ms);
    EXPECT_EQ(unavailable, 2);
    co_await group.join();
  }(small, reactor));
}

TEST_F(TransactionTest, a_deadlock_is_transient) {
  run([](Pool& p) -> Task<void> {
    co_await p.query(insert_note, Params{}.add(1).add("x"));
    co_await p.query(insert_note, Params{}.add(2).add("x"));
  }(pool));
  int transient = 0;
  int committed = 0;
  int locked = 0;
  all_at_once(2, [&](int i) -> Task<void> {
    try {
      auto transaction = co_await pool.begin();
      co_await transaction.query(lock_note, Params{}.add(1 + i));
      ++locked;
      while (locked < 2) co_await reactor.sleep(5ms);
      co_await transaction.query(lock_note, Params{}.add(2 - i));
      co_await transaction.commit();
      ++committed;
    } catch (const StatementError& error) {
      transient += error.transient();
    }
  });
  EXPECT_EQ(transient, 1);
  EXPECT_EQ(committed, 1);
}

}  // namespace
}  // namespace billing::pg
