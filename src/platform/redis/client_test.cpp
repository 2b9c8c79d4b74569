#include "platform/redis/client.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "platform/redis/protocol.hpp"
#include "platform/redis/test_support.hpp"
#include "platform/redis/url.hpp"

namespace billing::redis {
namespace {

using namespace std::chrono_literals;
using test::redis_url;

class ClientTest : public test::RedisTest {};

TEST_F(ClientTest, replies_come_in_all_kinds) {
  EXPECT_EQ(text({"SET", "k", std::string{"a\0 \r\n✓", 8}}), "OK");
  EXPECT_EQ(text({"GET", "k"}), (std::string{"a\0 \r\n✓", 8}));
  EXPECT_TRUE(run(client.command({"GET", "none"})).is_nil());
  EXPECT_EQ(integer({"RPUSH", "l", "a", "", "c"}), 3);
  const auto list = run(client.command({"LRANGE", "l", "0", "-1"}));
  ASSERT_EQ(list.elements.size(), 3U);
  EXPECT_EQ(list.elements[2].text, "c");
  EXPECT_EQ(list.elements[1].kind, Reply::Kind::text);
}

TEST_F(ClientTest, a_refused_command_throws_and_one_inside_an_array_is_a_value) {
  text({"SET", "k", "text"});
  EXPECT_THROW(run(client.command({"RPUSH", "k", "v"})), CommandError);
  const auto reply = run(client.command({"EVAL", "return {redis.error_reply('E1 no'), {1, {'deep'}}}", "0"}));
  ASSERT_EQ(reply.elements.size(), 2U);
  EXPECT_EQ(reply.elements[0].kind, Reply::Kind::error);
  EXPECT_EQ(reply.elements[1].elements[1].elements[0].text, "deep");
}

TEST_F(ClientTest, commands_are_pipelined_in_order) {
  std::vector<std::int64_t> seen;
  run([&]() -> Task<void> {
    TaskGroup group;
    for (int i = 0; i < 5'000; ++i) {
      group.spawn([](Client& c, std::vector<std::int64_t>& out) -> Task<void> {
        out.push_back((co_await c.command({"INCR", "n"})).integer);
      }(client, seen));
    }
    co_await group.join();
  }());
  ASSERT_EQ(seen.size(), 5'000U);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
}

TEST_F(ClientTest, send_does_not_wait_and_keeps_the_order) {
  for (int i = 0; i < 100; ++i) client.send({"INCR", "n"});
  client.send({"NONSENSE"});
  EXPECT_EQ(text({"GET", "n"}), "100");
}

TEST_F(ClientTest, a_large_value_passes_whole) {
  const std::string large(3'000'000, 'x');
  text({"SET", "large", large});
  EXPECT_EQ(text({"GET", "large"}), large);
}

TEST_F(ClientTest, a_killed_connection_is_replaced) {
  Client other{reactor, {.url = redis_url()}};
  const auto killed = run(other.command({"CLIENT", "ID"})).integer;
  EXPECT_EQ(integer({"CLIENT", "KILL", "ID", std::to_string(killed)}), 1);
  run([&]() -> Task<void> {
    auto now = killed;
    for (int i = 0; i < 2000 && now == killed; ++i) {
      co_await reactor.sleep(10ms);
      if (!other.connected()) continue;
      try {
        now = (co_await other.command({"CLIENT", "ID"})).integer;
      } catch (const Unavailable&) {  // it had not noticed yet
      }
    }
    EXPECT_NE(now, killed);
  }());
}

TEST_F(ClientTest, what_was_in_flight_when_the_connection_broke_is_unavailable) {
  Client other{reactor, {.url = redis_url()}};
  const auto id = std::to_string(run(other.command({"CLIENT", "ID"})).integer);
  int unavailable = 0;
  run([&]() -> Task<void> {
    TaskGroup group;
    group.spawn([](Client& c, int& failed) -> Task<void> {
      try {
        co_await c.command({"BLPOP", "never", "5"}, 6s);
      } catch (const Unavailable&) {
        ++failed;
      }
    }(other, unavailable));
    co_await reactor.sleep(20ms);
    co_await client.command({"CLIENT", "KILL", "ID", id});
    co_await group.join();
  }());
  EXPECT_EQ(unavailable, 1);
  EXPECT_EQ(run(other.command({"PING"})).text, "PONG");
}

TEST_F(ClientTest, an_answer_that_does_not_come_in_time_is_unavailable) {
  Client other{reactor, {.url = redis_url(), .command_timeout = 500ms}};
  EXPECT_THROW(run(other.command({"BLPOP", "never", "20"})), Unavailable);
  EXPECT_EQ(run(other.command({"PING"})).text, "PONG");
  EXPECT_TRUE(run(other.command({"BLPOP", "never", "0.7"}, 20s)).is_nil());
}

TEST_F(ClientTest, while_nobody_listens_commands_fail_at_once) {
  using boost::asio::ip::tcp;
  tcp::acceptor bound{reactor.io(), {boost::asio::ip::address_v4::loopback(), 0}};
  const auto endpoint = bound.local_endpoint();
  bound.close();
  Client absent{reactor, {.url = "redis://:secret@127.0.0.1:" + std::to_string(endpoint.port())}};
  try {
    run(absent.command({"PING"}));
    FAIL();
  } catch (const Unavailable& error) {
    EXPECT_TRUE(std::string_view{error.what()}.contains("refused")) << error.what();
    EXPECT_FALSE(std::string_view{error.what()}.contains("secret"));
  }
  EXPECT_THROW(run(absent.command({"PING"})), Unavailable);
  absent.send({"PING"});
  EXPECT_FALSE(absent.connected());
}

TEST_F(ClientTest, beyond_max_waiting_it_is_unavailable_at_once) {
  Client tight{reactor, {.url = redis_url(), .max_waiting = 3}};
  int refused = 0;
  run([&]() -> Task<void> {
    TaskGroup group;
    for (int i = 0; i < 5; ++i) {
      group.spawn([](Client& c, int& count) -> Task<void> {
        try {
          co_await c.command({"PING"});
        } catch (const Unavailable&) {
          ++count;
        }
      }(tight, refused));
    }
    co_await group.join();
  }());
  EXPECT_EQ(refused, 2);
}

TEST_F(ClientTest, close_and_destruction_resume_all_who_wait) {
  auto other = std::make_unique<Client>(reactor, ClientOptions{.url = redis_url()});
  int unavailable = 0;
  run([&]() -> Task<void> {
    co_await other->command({"PING"});
    TaskGroup group;
    group.spawn([](Client& c, int& failed) -> Task<void> {
      try {
        co_await c.command({"BLPOP", "never", "5"}, 6s);
      } catch (const Unavailable&) {
        ++failed;
      }
    }(*other, unavailable));
    other.reset();
    co_await group.join();
  }());
  EXPECT_EQ(unavailable, 1);
  client.close();
  EXPECT_THROW(run(client.command({"PING"})), Unavailable);
}

TEST_F(ClientTest, the_url_selects_the_database_and_logs_in) {
  auto url = redis_url();
  if (url.starts_with("unix:")) GTEST_SKIP() << "over TCP only";
  const auto host = url.substr(url.rfind('/') == 7 ? 8 : url.find("//") + 2);
  text({"ACL", "SETUSER", "tester", "on", ">p@ss:w/rd", "~*", "+@all"});
  Client other{reactor, {.url = "redis://tester:p%40ss%3aw/rd@" + host.substr(host.rfind('@') + 1) + "/3"}};
  run(other.command({"SET", "only-in-3", "x"}));
  EXPECT_EQ(run(other.command({"ACL", "WHOAMI"})).text, "tester");
  EXPECT_TRUE(run(client.command({"GET", "only-in-3"})).is_nil());
  Client wrong{reactor, {.url = "redis://tester:hunter2@" + host.substr(host.rfind('@') + 1)}};
  try {
    run(wrong.command({"PING"}));
    FAIL();
  } catch (const Unavailable& error) {
    EXPECT_TRUE(std::string_view{error.what()}.contains("WRONGPASS")) << error.what();
    EXPECT_FALSE(std::string_view{error.what()}.contains("hunter2"));
  }
  text({"ACL", "DELUSER", "tester"});
}

TEST(RedisUrl, what_it_says_is_read) {
  const auto full = parse_url("redis://user:p%40ss@cache.internal:6380/2");
  EXPECT_EQ(full.host, "cache.internal");
  EXPECT_EQ(full.port, "6380");
  EXPECT_EQ(full.user, "user");
  EXPECT_EQ(full.password, "p@ss");
  EXPECT_EQ(full.database, "2");
  const auto plain = parse_url("redis://localhost");
  EXPECT_EQ(plain.port + " " + plain.database + " " + plain.password, "6379 0 ");
  EXPECT_EQ(parse_url("redis://:only@h").password, "only");
  EXPECT_EQ(parse_url("redis://[::1]:6380").host, "::1");
  EXPECT_EQ(parse_url("unix:///run/redis.sock?db=4").path, "/run/redis.sock");
  EXPECT_EQ(parse_url("unix:///run/redis.sock?db=4").database, "4");
}

TEST(RedisUrl, what_it_cannot_mean_is_refused_without_the_password) {
  for (const auto* url : {"", "http://h", "rediss://:hunter2@h", "redis://", "redis://:hunter2@", "redis://:hunter2@h:port",
                          "redis://:hunter2@h/x", "redis://:hunter2%@h", "redis://:hunter2%zz@h", "redis://:hunter2@h?x=1",
                          "unix://relative", "unix:///p?x=1", "redis://[::1", "redis://u:hunter2"}) {
    try {
      check_url(url);
      ADD_FAILURE() << url;
    } catch (const std::invalid_argument& error) {
      EXPECT_FALSE(std::string_view{error.what()}.contains("hunter2")) << error.what();
    }
  }
}

TEST(Protocol, replies_are_made_of_any_portions) {
  const std::string bytes = "*3\r\n$1\r\na\r\n*0\r\n*2\r\n:-7\r\n$-1\r\n+OK\r\n*-1\r\n-ERR no\r\n";
  for (std::size_t portion = 1; portion < bytes.size(); ++portion) {
    Decoder decoder;
    std::vector<Reply> replies;
    for (std::size_t from = 0; from < bytes.size(); from += portion) {
      decoder.feed(std::string_view{bytes}.substr(from, portion));
      while (auto reply = decoder.next()) replies.push_back(std::move(*reply));
    }
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_EQ(replies[0].elements[0].text, "a");
    EXPECT_EQ(replies[0].elements[1].kind, Reply::Kind::array);
    EXPECT_EQ(replies[0].elements[2].elements[0].integer, -7);
    EXPECT_TRUE(replies[0].elements[2].elements[1].is_nil());
    EXPECT_TRUE(replies[2].is_nil());
    EXPECT_EQ(replies[3].kind, Reply::Kind::error);
  }
  Decoder decoder;
  decoder.feed("*2\r\n$1\r\na\r\n?nonsense\r\n");
  EXPECT_THROW(decoder.next(), std::runtime_error);
}

}  // namespace
}  // namespace billing::redis
