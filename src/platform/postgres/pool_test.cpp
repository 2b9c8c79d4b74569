#include "platform/postgres/pool.hpp"

#include "platform/postgres/testing/test_support.hpp"

namespace billing::pg {
namespace {

using namespace std::chrono_literals;
using namespace test;

class PoolTest : public PostgresTest {};

Task<void> insert(Pool& pool, std::int64_t id, int& succeeded) {
  co_await pool.query(insert_note, Params{}.add(id).add("note"));
  ++succeeded;
}

TEST_F(PoolTest, statements_that_arrive_together_share_a_sync) {
  Pool pool{reactor, options()};
  run(number(pool, select_one));
  const auto before = pool.stats();
  int succeeded = 0;
  all_at_once(64, [&](int i) { return insert(pool, i, succeeded); });
  EXPECT_EQ(succeeded, 64);
  EXPECT_EQ(pool.stats().statements - before.statements, 64U);
  EXPECT_LE(pool.stats().batches - before.batches, 2U);
  EXPECT_EQ(run(number(pool, count_notes)), 64);
}

TEST_F(PoolTest, a_batch_holds_no_more_than_max_batch) {
  auto small = options();
  small.max_batch = 8;
  Pool pool{reactor, small};
  int succeeded = 0;
  all_at_once(80, [&](int i) { return insert(pool, i, succeeded); });
  EXPECT_EQ(succeeded, 80);
  EXPECT_EQ(pool.stats().batches, 10U);
}

TEST_F(PoolTest, arrivals_are_held_while_a_batch_is_in_flight) {
  Pool pool{reactor, options()};
  int succeeded = 0;
  const auto chain = [&](int i) -> Task<void> {
    for (int n = 0; n < 20; ++n) co_await insert(pool, i * 20 + n, succeeded);
  };
  all_at_once(50, chain);
  EXPECT_EQ(succeeded, 1'000);
  EXPECT_LE(pool.stats().batches, 60U);
}

TEST_F(PoolTest, two_batch_connections_share_the_work) {
  auto two = options();
  two.batch_connections = 2;
  two.max_batch = 4;
  Pool pool{reactor, two};
  int succeeded = 0;
  all_at_once(200, [&](int i) { return insert(pool, i, succeeded); });
  EXPECT_EQ(succeeded, 200);
  reactor.block_on([](Reactor& r, Pool& of) -> Task<void> {
    for (int i = 0; i < 1000 && of.stats().open < 2; ++i)
      co_await r.sleep(5ms);  // the first may have done it all while the second was opened
  }(reactor, pool));
  EXPECT_EQ(pool.stats().open, 2U);
}

TEST_F(PoolTest, one_bad_statement_never_fails_its_neighbours) {
  Pool pool{reactor, options()};
  int succeeded = 0;
  run(insert(pool, 7, succeeded));  // so that the 8th of the fifty violates the key
  std::vector<std::string> failures;
  all_at_once(50, [&](int i) -> Task<void> {
    try {
      if (i == 30) {
        co_await pool.query(divide, Params{}.add(0));
      } else {
        co_await insert(pool, i, succeeded);
      }
    } catch (const StatementError& error) {
      failures.push_back(error.sqlstate + " " + error.constraint);
    }
  });
  EXPECT_EQ(succeeded, 1 + 48);
  EXPECT_EQ(failures, (std::vector<std::string>{"23505 notes_pkey", "22012 "}));
  EXPECT_EQ(run(number(pool, count_notes)), 49);
  EXPECT_EQ(pool.stats().resubmitted, 50U);
}

TEST_F(PoolTest, a_statement_that_cannot_be_prepared_fails_alone_and_every_time) {
  static constexpr Statement nonsense{"select from where"};
  Pool pool{reactor, options()};
  int succeeded = 0;
  int refused = 0;
  for (int round = 0; round < 3; ++round) {
    all_at_once(12, [&](int i) -> Task<void> {
      if (i % 6 != 2) co_return co_await insert(pool, round * 100 + i, succeeded);
      try {
        co_await pool.query(nonsense);
      } catch (const StatementError& error) {
        refused += error.sqlstate == "42601";
      }
    });
  }
  EXPECT_EQ(succeeded, 30);
  EXPECT_EQ(refused, 6);
}

TEST_F(PoolTest, the_error_names_the_sqlstate_and_no_value) {
  Pool pool{reactor, options()};
  int succeeded = 0;
  run(insert(pool, 1, succeeded));
  try {
    run(insert(pool, 1, succeeded));
    FAIL();
  } catch (const StatementError& error) {
    EXPECT_TRUE(error.unique_violation());
    EXPECT_STREQ(error.what(), "duplicate key value violates unique constraint \"notes_pkey\" (23505)");
  }
}

TEST_F(PoolTest, a_changed_table_does_not_spoil_prepared_statements) {
  static constexpr Statement all{"select * from pool_test.notes"};
  Pool pool{reactor, options()};
  EXPECT_EQ(run(pool.query(all)).size(), 0U);
  run(pool.run_script("alter table pool_test.notes add column extra int"));
  EXPECT_EQ(run(pool.query(all)).size(), 0U);
  EXPECT_EQ(run(pool.query(all)).size(), 0U);
}

TEST_F(PoolTest, a_statement_that_is_planned_for_its_values_is_never_prepared) {
  static constexpr Statement once{"select body from pool_test.notes where $1::bigint is null or id = $1"};
  static constexpr Statement each_time{"select body from pool_test.notes where $1::bigint is null or id = $1 ", Planned::for_its_values};
  static constexpr Statement prepared{"select count(*) from pg_prepared_statements where statement = $1"};
  Pool pool{reactor, options()};
  int succeeded = 0;
  run(insert(pool, 1, succeeded));
  for (const auto* statement : {&once, &each_time}) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(run(pool.query(*statement, Params{}.add(std::int64_t{1}))).size(), 1U);
    const auto known = run(pool.query(prepared, Params{}.add(statement->sql)));
    EXPECT_EQ(known[0].integer(0), statement == &once ? 1 : 0);
  }
}

TEST_F(PoolTest, a_statement_that_opens_a_transaction_does_not_keep_it) {
  static constexpr Statement begin{"begin"};
  Pool pool{reactor, options()};
  run(pool.query(begin));
  int succeeded = 0;
  run(insert(pool, 1, succeeded));
  Pool other{reactor, options()};
  EXPECT_EQ(run(number(other, count_notes)), 1);
}

TEST_F(PoolTest, beyond_max_waiting_it_is_unavailable_at_once) {
  auto tight = options();
  tight.max_waiting = 10;
  Pool pool{reactor, tight};
  int succeeded = 0;
  int refused = 0;
  all_at_once(25, [&](int i) -> Task<void> {
    try {
      co_await insert(pool, i, succeeded);
    } catch (const Unavailable&) {
      ++refused;
    }
  });
  EXPECT_EQ(succeeded, 10);
  EXPECT_EQ(refused, 15);
}

TEST_F(PoolTest, sessions_speak_utc_and_iso_dates) {
  static constexpr Statement settings{
      "select current_setting('TimeZone'), current_setting('DateStyle'), current_setting('application_name'), "
      "current_setting('statement_timeout'), "
      "current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'), current_setting('client_min_messages'), "
      "current_setting('transaction_isolation'), current_setting('max_parallel_workers_per_gather')"};
  Pool pool{reactor, options()};
  static constexpr Statement settings_of_scans{settings.sql, Planned::once, Lane::scan};
  const auto expect_limits = [](const Result& result, const char* statement_timeout, const char* lock_timeout) {
    const std::vector<std::string> expected{
        "UTC", "ISO, MDY", "billing-test", statement_timeout, lock_timeout, "1min", "warning", "read committed", "0"};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(result[0].text(static_cast<int>(i)), expected[i]);
  };
  expect_limits(run(pool.query(settings)), "5s", "50ms");
  expect_limits(run(pool.query(settings_of_scans)), "5s", "50ms");
  const auto in_transaction = [&]() -> Task<Result> {
    auto transaction = co_await pool.begin();
    co_return co_await transaction.query(settings);
  };
  expect_limits(run(in_transaction()), "30s", "10s");
}

TEST_F(PoolTest, a_large_result_and_large_parameters_pass_whole) {
  static constexpr Statement echo{"select repeat($1, 3), g from generate_series(1, 2000) g"};
  Pool pool{reactor, options()};
  const std::string body(10'000, 'x');
  const auto result = run(pool.query(echo, Params{}.add(body)));
  ASSERT_EQ(result.size(), 2'000U);
  EXPECT_EQ(result[1'999].text(0).size(), 30'000U);
  EXPECT_EQ(result[1'999].integer(1), 2'000);
}

TEST_F(PoolTest, who_is_resumed_may_destroy_the_pool) {
  auto pool = std::make_unique<Pool>(reactor, options());
  run([](std::unique_ptr<Pool>& owned) -> Task<void> {
    co_await owned->query(select_one);
    owned.reset();
  }(pool));
  EXPECT_EQ(pool, nullptr);
}

TEST_F(PoolTest, destroying_the_pool_resumes_all_who_wait) {
  auto pool = std::make_unique<Pool>(reactor, options());
  int unavailable = 0;
  run([](Reactor& loop, std::unique_ptr<Pool>& owned, int& failed) -> Task<void> {
    co_await owned->query(select_one);
    TaskGroup group;
    for (int i = 0; i < 3; ++i) {
      group.spawn([](Pool& p, int& f) -> Task<void> {
        try {
          co_await p.query(sleep_for, Params{}.add("5"));
        } catch (const Unavailable&) {
          ++f;
        }
      }(*owned, failed));
    }
    co_await loop.sleep(50ms);
    owned.reset();
    co_await group.join();
  }(reactor, pool, unavailable));
  EXPECT_EQ(unavailable, 3);
}

TEST_F(PoolTest, close_waits_for_what_is_in_flight) {
  Pool pool{reactor, options()};
  bool answered = false;
  run([](Pool& p, Reactor& loop, bool& done) -> Task<void> {
    TaskGroup group;
    group.spawn([](Pool& inner, bool& d) -> Task<void> {
      co_await inner.query(sleep_for, Params{}.add("0.2"));
      d = true;
    }(p, done));
    co_await loop.sleep(50ms);
    co_await p.close();
    EXPECT_TRUE(done);
    co_await group.join();
  }(pool, reactor, answered));
  EXPECT_TRUE(answered);
  EXPECT_THROW(run(number(pool, select_one)), Unavailable);
  EXPECT_EQ(pool.stats().open, 0U);
}

TEST_F(PoolTest, a_script_is_all_or_nothing_and_its_error_names_the_line) {
  Pool pool{reactor, options()};
  try {
    run(pool.run_script("insert into pool_test.notes (id) values (1);\n-- ä comment\nselect 1;\nselect nonsense;\n"));
    FAIL();
  } catch (const StatementError& error) {
    EXPECT_EQ(error.sqlstate, "42703");
    EXPECT_TRUE(std::string_view{error.what()}.starts_with("line 4: ")) << error.what();
  }
  EXPECT_EQ(run(number(pool, count_notes)), 0);
  run(pool.run_script("insert into pool_test.notes (id) values (1); -- the end"));
  run(pool.run_script(""));
  EXPECT_EQ(run(number(pool, count_notes)), 1);
  EXPECT_THROW(run(pool.run_script("copy pool_test.notes from stdin")), std::runtime_error);
}

}  // namespace
}  // namespace billing::pg
