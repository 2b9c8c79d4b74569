#include <chrono>

#include "platform/postgres/testing/test_support.hpp"

// Nobody waits for a stranger: what is slow, locked or abandoned costs others nothing.
namespace billing::pg {
namespace {

using namespace std::chrono_literals;
using namespace billing::pg::test;
using SteadyClock = std::chrono::steady_clock;

constexpr Statement scan_for{"select pg_sleep($1::float8)", Planned::once, Lane::scan};
constexpr Statement update_note{"update pool_test.notes set body = 'quick' where id = $1"};
constexpr Statement update_note_alone{"update pool_test.notes set body = 'alone' where id = $1", Planned::once, Lane::alone};
constexpr Statement lock_note{"select from pool_test.notes where id = $1 for update"};

class IsolationTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    run([](Pool& p) -> Task<void> {
      for (int id = 1; id <= 4; ++id) co_await p.query(insert_note, Params{}.add(id).add("x"));
      co_await p.begin();
    }(pool));
  }

  /// The longest that `work` takes, done again and again until `until` is true.
  Task<SteadyClock::duration> longest(std::function<Task<void>()> work, const bool& until) {
    SteadyClock::duration longest{};
    while (!until) {
      const auto began = SteadyClock::now();
      co_await work();
      longest = std::max(longest, SteadyClock::now() - began);
      co_await reactor.sleep(5ms);
    }
    co_return longest;
  }

  /// While the row is locked by somebody else.
  Task<void> with_row_locked(int id, std::function<Task<void>()> work) {
    auto transaction = co_await operators.begin();
    co_await transaction.query(lock_note, Params{}.add(id));
    co_await work();
    co_await transaction.rollback();
  }

  Pool pool{reactor, options()};
  Pool operators{reactor, options()};
};

TEST_F(IsolationTest, what_scans_holds_up_nobody) {
  run([&]() -> Task<void> {
    bool over = false;
    TaskGroup group;
    for (int i = 0; i < 3; ++i) {
      group.spawn([](Pool& p, bool& done) -> Task<void> {
        co_await p.query(scan_for, Params{}.add("0.4"));
        done = true;
      }(pool, over));
    }
    const auto others = co_await longest([&]() -> Task<void> { co_await pool.query(select_one); }, over);
    EXPECT_LT(others, 200ms);
    co_await group.join();
  }());
}

TEST_F(IsolationTest, what_scans_for_too_long_is_given_up_by_itself) {
  auto hasty = options();
  hasty.scan_timeout = 300ms;
  Pool short_sighted{reactor, hasty};
  EXPECT_THROW(run(short_sighted.query(scan_for, Params{}.add("20"))), Timeout);
  run(short_sighted.query(sleep_for, Params{}.add("0.5")));
}

TEST_F(IsolationTest, who_waits_for_a_locked_row_holds_up_nobody) {
  run([&]() -> Task<void> {
    bool over = false;
    TaskGroup group;
    co_await with_row_locked(1, [&]() -> Task<void> {
      for (int i = 0; i < 20; ++i) {
        group.spawn([](Pool& p) -> Task<void> {
          try {
            co_await p.query(update_note_alone, Params{}.add(1));
          } catch (const StatementError& error) {
            EXPECT_TRUE(error.transient());
          } catch (const Unavailable&) {
          }
        }(pool));
      }
      group.spawn([](Reactor& r, bool& done) -> Task<void> {
        co_await r.sleep(600ms);
        done = true;
      }(reactor, over));
      const auto others = co_await longest(
          [&]() -> Task<void> {
            co_await pool.query(select_one);
            co_await pool.query(update_note_alone, Params{}.add(2));
            auto transaction = co_await pool.begin();
            co_await transaction.query(select_one);
            co_await transaction.commit();
          },
          over);
      EXPECT_LT(others, 300ms);
    });
    co_await group.join();
  }());
}

TEST_F(IsolationTest, a_quick_statement_that_meets_a_lock_leaves_its_neighbours_and_waits_by_itself) {
  run([&]() -> Task<void> {
    bool changed = false;
    TaskGroup group;
    co_await with_row_locked(1, [&]() -> Task<void> {
      const auto began = SteadyClock::now();
      group.spawn([](Pool& p, bool& done) -> Task<void> {
        co_await p.query(update_note, Params{}.add(1));
        done = true;
      }(pool, changed));
      co_await pool.query(update_note, Params{}.add(2));  // in the same batch
      EXPECT_LT(SteadyClock::now() - began, 500ms);
      EXPECT_FALSE(changed);
    });
    co_await group.join();
    EXPECT_TRUE(changed);
  }());
}

struct Leaver final : Caller {
  std::exception_ptr over() const override { return left ? std::make_exception_ptr(std::runtime_error("left")) : nullptr; }
  bool left = false;
};

TEST_F(IsolationTest, what_waits_for_a_caller_who_has_left_is_never_sent) {
  auto narrow = options();
  narrow.transaction_connections = 1;
  Pool single{reactor, narrow};
  Leaver leaver;
  run([&]() -> Task<void> {
    TaskGroup group;
    co_await single.query(select_one);  // both connections are open
    auto holder = co_await single.begin();
    co_await holder.query(select_one);
    group.spawn([](Pool& p) -> Task<void> { co_await p.query(sleep_for, Params{}.add("1.5")); }(single));
    co_await reactor.sleep(50ms);
    group.spawn([](Pool& p, Leaver& caller) -> Task<void> {
      OnBehalf session{p, caller};
      EXPECT_THROW(co_await session.query(insert_note, Params{}.add(10).add("x")), std::runtime_error);
    }(single, leaver));
    group.spawn([](Pool& p, Leaver& caller) -> Task<void> {
      OnBehalf session{p, caller};
      EXPECT_THROW(co_await session.begin(), std::runtime_error);
    }(single, leaver));
    co_await reactor.sleep(300ms);
    leaver.left = true;
    co_await holder.rollback();
    co_await group.join();
  }());
  EXPECT_EQ(run(number(pool, count_notes)), 4);
}

TEST_F(IsolationTest, a_transaction_goes_no_further_once_its_caller_has_left) {
  Leaver leaver;
  run([&]() -> Task<void> {
    OnBehalf session{pool, leaver};
    auto transaction = co_await session.begin();
    co_await transaction.query(insert_note, Params{}.add(10).add("x"));
    leaver.left = true;
    EXPECT_THROW(co_await transaction.query(insert_note, Params{}.add(11).add("x")), std::runtime_error);
    EXPECT_THROW(co_await transaction.commit(), std::runtime_error);
  }());
  EXPECT_EQ(run(number(pool, count_notes)), 4);
}

}  // namespace
}  // namespace billing::pg
