#include "app/work/leadership.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "platform/postgres/testing/test_support.hpp"

namespace billing::app {
namespace {

using namespace std::chrono_literals;

constexpr pg::Statement end_sessions{"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"};

pg::PoolOptions named(const std::string& name) {
  auto options = pg::test::options();
  options.application_name = name;
  return options;
}

TEST(Leadership, one_of_two_has_it_however_often_they_ask_until_it_gives_it_up) {
  Reactor reactor;
  Leadership one{reactor, named("leader-one"), "test"};
  Leadership two{reactor, named("leader-two"), "test"};
  reactor.block_on([](Leadership& first, Leadership& second) -> Task<void> {
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(co_await first.held());
      EXPECT_FALSE(co_await second.held());
    }
    co_await first.give_up();
    EXPECT_TRUE(co_await second.held());
    EXPECT_FALSE(co_await first.held());
  }(one, two));
}

TEST(Leadership, the_other_one_has_it_when_the_session_of_the_first_has_ended) {
  Reactor reactor;
  Leadership one{reactor, named("leader-one"), "test"};
  Leadership two{reactor, named("leader-two"), "test"};
  pg::Pool pool{reactor, pg::test::options()};
  reactor.block_on([](Reactor& loop, Leadership& first, Leadership& second, pg::Pool& db) -> Task<void> {
    EXPECT_TRUE(co_await first.held());
    co_await db.query(end_sessions, pg::Params{}.add("leader-one"));
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!co_await second.held() && std::chrono::steady_clock::now() < deadline) co_await loop.sleep(10ms);
    EXPECT_TRUE(co_await second.held());
    EXPECT_FALSE(co_await first.held());
  }(reactor, one, two, pool));
}

TEST(Leadership, that_is_shut_waits_no_longer_for_a_server_that_does_not_answer) {
  Reactor reactor;
  boost::asio::ip::tcp::acceptor silent{reactor.io(), {boost::asio::ip::address_v4::loopback(), 0}};
  auto options = named("leader-one");
  options.url = "postgresql://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/postgres";
  options.connect_timeout = 60s;
  Leadership leadership{reactor, options, "test"};
  const auto began = std::chrono::steady_clock::now();
  reactor.block_on([](Reactor& loop, Leadership& asked) -> Task<void> {
    TaskGroup shutting;
    shutting.spawn([](Reactor& own, Leadership& shut) -> Task<void> {
      co_await own.sleep(50ms);
      shut.shut();
    }(loop, asked));
    bool told = false;
    try {
      co_await asked.held();
    } catch (const pg::Unavailable&) {
      told = true;
    }
    EXPECT_TRUE(told);
    co_await asked.give_up();
    co_await shutting.join();
  }(reactor, leadership));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

TEST(Leadership, of_another_name_is_another) {
  Reactor reactor;
  Leadership one{reactor, named("leader-one"), "test"};
  Leadership two{reactor, named("leader-two"), "another test"};
  reactor.block_on([](Leadership& first, Leadership& second) -> Task<void> {
    EXPECT_TRUE(co_await first.held());
    EXPECT_TRUE(co_await second.held());
  }(one, two));
}

}  // namespace
}  // namespace billing::app
