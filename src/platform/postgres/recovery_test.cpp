#include <boost/asio/ip/tcp.hpp>

#include "platform/postgres/testing/test_relay.hpp"
#include "platform/postgres/testing/test_support.hpp"

namespace billing::pg {
namespace {

using namespace std::chrono_literals;
using namespace test;

template <class F>
std::chrono::milliseconds taken(F f) {
  const auto began = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

class RecoveryTest : public PostgresTest {
 protected:
  /// From outside, as an operator would; `application_name` keeps it from ending itself.
  Task<void> terminate() {
    co_await operator_pool.query(terminate_others);
    co_await reactor.sleep(50ms);
  }
  /// The server's word has come, that the connections have ended.
  Task<void> notices_the_end(Pool& of) {
    for (int i = 0; i < 2000 && of.stats().open > 0; ++i) co_await reactor.sleep(10ms);
    EXPECT_EQ(of.stats().open, 0U);
  }
  static PoolOptions operator_options() {
    auto made = options();
    made.application_name = "operator";
    return made;
  }

  Pool operator_pool{reactor, operator_options()};
  Pool pool{reactor, options()};
};

TEST_F(RecoveryTest, a_backend_that_ends_while_idle_fails_nobody) {
  run(number(pool, select_one));
  run([](Pool& p) -> Task<void> { co_await p.begin(); }(pool));
  EXPECT_EQ(pool.stats().open, 2U);
  run(terminate());
  run(notices_the_end(pool));
  EXPECT_EQ(run(number(pool, select_one)), 1);
  run([](Pool& p) -> Task<void> {
    auto transaction = co_await p.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("x"));
    co_await transaction.commit();
  }(pool));
  EXPECT_EQ(pool.stats().reconnects, 2U);
}

TEST_F(RecoveryTest, a_backend_that_ends_in_flight_gives_unavailable_and_what_waits_is_served) {
  run(number(pool, select_one));
  run(number(operator_pool, select_one));
  int unavailable = 0;
  int served = 0;
  all_at_once(21, [&](int i) -> Task<void> {
    if (i == 20) {
      co_await reactor.sleep(200ms);
      co_return co_await terminate();
    }
    if (i >= 10) co_await reactor.sleep(100ms);  // not sent: the batch of the first ten is in flight
    try {
      co_await pool.query(sleep_for, Params{}.add(i < 10 ? "0.1" : "0"));
      ++served;
    } catch (const Unavailable&) {
      ++unavailable;
    }
  });
  EXPECT_EQ(unavailable, 10);
  EXPECT_EQ(served, 10);
}

TEST_F(RecoveryTest, a_transaction_that_is_cut_off_is_unavailable_and_never_was) {
  run([&]() -> Task<void> {
    auto transaction = co_await pool.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("x"));
    co_await terminate();
    EXPECT_THROW(co_await transaction.query(insert_note, Params{}.add(2).add("x")), Unavailable);
    EXPECT_THROW(co_await transaction.commit(), Unavailable);
  }());
  EXPECT_EQ(run(number(pool, count_notes)), 0);
}

TEST_F(RecoveryTest, a_statement_over_its_time_fails_alone_and_costs_its_neighbours_its_time_once) {
  auto hasty = options();
  hasty.statement_timeout = 2s;
  Pool short_lived{reactor, hasty};
  int timed_out = 0;
  int served = 0;
  const auto time = taken([&] {
    all_at_once(5, [&](int i) -> Task<void> {
      try {
        co_await short_lived.query(sleep_for, Params{}.add(i == 2 ? "20" : "0"));
        ++served;
      } catch (const Timeout& error) {
        EXPECT_FALSE(error.transient());
        ++timed_out;
      }
    });
  });
  EXPECT_EQ(served, 4);
  EXPECT_EQ(timed_out, 1);
  EXPECT_EQ(short_lived.stats().open, 1U);
  EXPECT_LT(time, 3'500ms);  // sent again with its neighbours, it would take its time twice
}

TEST_F(RecoveryTest, a_commit_that_is_cut_off_has_an_unknown_outcome_and_what_was_not_sent_has_not) {
  run([&]() -> Task<void> {
    auto transaction = co_await pool.begin();
    co_await transaction.query(insert_note, Params{}.add(1).add("x"));
    transaction.send(sleep_for, Params{}.add("20"));  // goes with the commit, which so is on its way for a while
    TaskGroup group;
    group.spawn([](Transaction& tx) -> Task<void> { EXPECT_THROW(co_await tx.commit(), OutcomeUnknown); }(transaction));
    co_await reactor.sleep(100ms);
    co_await terminate();
    co_await group.join();
    try {
      auto other = co_await pool.begin();
      co_await terminate();
      co_await notices_the_end(pool);
      co_await other.query(select_one);
      ADD_FAILURE();
    } catch (const OutcomeUnknown&) {
      ADD_FAILURE() << "nothing of it was sent";
    } catch (const Unavailable&) {
    }
  }());
}

TEST_F(RecoveryTest, a_read_only_server_is_unavailable_for_changes_and_is_connected_to_anew) {
  static constexpr Statement read_only{"select set_config('default_transaction_read_only', 'on', false)"};
  run(pool.query(read_only));
  run(pool.query(select_one));
  EXPECT_THROW(run(pool.query(insert_note, Params{}.add(1).add("x"))), Unavailable);
  run(pool.query(insert_note, Params{}.add(1).add("x")));  // on the connection that took the place of the other
  const auto insert_in_transaction = [&]() -> Task<void> {
    auto transaction = co_await pool.begin();
    co_await transaction.query(insert_note, Params{}.add(2).add("x"));
    co_await transaction.commit();
  };
  run([&]() -> Task<void> {
    auto transaction = co_await pool.begin();
    co_await transaction.query(read_only);
    co_await transaction.commit();
  }());
  EXPECT_THROW(run(insert_in_transaction()), Unavailable);
  run(insert_in_transaction());
  EXPECT_EQ(run(number(pool, count_notes)), 2);
}

TEST_F(RecoveryTest, a_server_that_does_not_answer_is_given_up) {
  static constexpr Statement no_limit{"select set_config('statement_timeout', '0', false)"};
  auto hasty = options();
  hasty.statement_timeout = 200ms;
  Pool short_lived{reactor, hasty};
  run(short_lived.query(no_limit));
  const auto time = taken([&] { EXPECT_THROW(run(short_lived.query(sleep_for, Params{}.add("30"))), Unavailable); });
  EXPECT_LT(time, 20s);
  EXPECT_EQ(run(number(short_lived, select_one)), 1);
}

TEST_F(RecoveryTest, while_nobody_listens_it_fails_before_the_wait_is_over) {
  boost::asio::ip::tcp::acceptor bound{reactor.io(), {boost::asio::ip::address_v4::loopback(), 0}};
  const auto port = bound.local_endpoint().port();
  bound.close();
  PoolOptions nowhere;
  nowhere.wait_timeout = 30s;
  nowhere.url = "postgresql://user:secret@127.0.0.1:" + std::to_string(port) + "/db";
  Pool absent{reactor, nowhere};
  for (const bool transaction : {false, true}) {
    const auto time = taken([&] {
      try {
        if (transaction) {
          run(absent.begin());
        } else {
          run(absent.query(select_one));
        }
        ADD_FAILURE();
      } catch (const Unavailable& error) {
        EXPECT_TRUE(std::string_view{error.what()}.contains("refused")) << error.what();
        EXPECT_FALSE(std::string_view{error.what()}.contains("secret"));
      }
    });
    EXPECT_LT(time, nowhere.wait_timeout);
  }
}

TEST_F(RecoveryTest, a_server_that_accepts_and_says_nothing_is_given_up) {
  const boost::asio::ip::tcp::acceptor mute{reactor.io(), {boost::asio::ip::address_v4::loopback(), 0}};
  PoolOptions nowhere;
  nowhere.url = "postgresql://127.0.0.1:" + std::to_string(mute.local_endpoint().port()) + "/db";
  nowhere.connect_timeout = 300ms;
  nowhere.wait_timeout = 600ms;
  Pool absent{reactor, nowhere};
  EXPECT_THROW(run(absent.query(select_one)), Unavailable);
  EXPECT_THROW(run(absent.run_script("select 1")), Unavailable);
}

TEST_F(RecoveryTest, a_name_that_nobody_knows_is_unavailable) {
  PoolOptions nowhere;
  nowhere.url = "postgresql://no-such-host.invalid/db";
  Pool absent{reactor, nowhere};
  EXPECT_THROW(run(absent.query(select_one)), Unavailable);
}

TEST_F(RecoveryTest, a_loss_now_and_then_fails_nobody_who_comes_after) {
  run(number(pool, select_one));
  for (int i = 0; i < 3; ++i) {
    run(terminate());
    run(notices_the_end(pool));
    int served = 0;
    all_at_once(30, [&](int) -> Task<void> {
      co_await pool.query(select_one);
      ++served;
    });
    EXPECT_EQ(served, 30);
  }
  EXPECT_EQ(pool.stats().reconnects, 3U);
}

TEST_F(RecoveryTest, when_the_server_is_back_service_resumes_by_itself) {
  Relay relay{reactor, database_url()};
  auto relayed = options();
  relayed.url = relay.url();
  Pool through{reactor, relayed};
  const auto transact = [&]() -> Task<void> {
    auto transaction = co_await through.begin();
    co_await transaction.query(select_one);
    co_await transaction.commit();
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(run(number(through, select_one)), 1);
    run(transact());
    relay.close();
    EXPECT_THROW(run(number(through, select_one)), Unavailable);
    EXPECT_THROW(run(transact()), Unavailable);
    EXPECT_EQ(through.stats().open, 0U);
    relay.open();
  }
  EXPECT_EQ(run(number(through, select_one)), 1);
  run(transact());
  EXPECT_EQ(through.stats().reconnects, 4U);
}

TEST_F(RecoveryTest, who_arrives_during_a_short_absence_is_served) {
  Relay relay{reactor, database_url()};
  auto relayed = options();
  relayed.url = relay.url();
  Pool through{reactor, relayed};
  run(number(through, select_one));
  relay.close();
  run(notices_the_end(through));
  int served = 0;
  all_at_once(11, [&](int i) -> Task<void> {
    if (i == 10) {
      while (through.stats().waiting < 10) co_await reactor.sleep(5ms);
      co_await reactor.sleep(60ms);  // so that it has tried to connect
      co_return relay.open();
    }
    co_await through.query(select_one);
    ++served;
  });
  EXPECT_EQ(served, 10);
}

TEST_F(RecoveryTest, large_traffic_over_a_narrow_line_passes_whole) {
  static constexpr Statement echo{"select $1::text"};
  Relay relay{reactor, database_url()};  // 16 KB at a time, so writes have to wait for the socket
  auto relayed = options();
  relayed.url = relay.url();
  Pool through{reactor, relayed};
  const std::string body(4'000'000, 'x');
  int whole = 0;
  all_at_once(6, [&](int) -> Task<void> {
    const auto result = co_await through.query(echo, Params{}.add(body));
    whole += result[0].text(0) == body;
  });
  EXPECT_EQ(whole, 6);
}

}  // namespace
}  // namespace billing::pg
