#include "platform/queue/queue.hpp"

#include <map>

#include "platform/redis/test_support.hpp"

namespace billing::queue {
namespace {

using namespace std::chrono_literals;
using redis::test::redis_url;

class QueueTest : public redis::test::RedisTest {
 protected:
  using Handle = std::function<Task<void>(Ring)>;

  std::unique_ptr<Worker> worker(const Handle& handle, const std::string& consumer = "one", std::chrono::milliseconds claim_after = 60s) {
    auto made = std::make_unique<Worker>(
        reactor,
        WorkerOptions{
            .redis_url = redis_url(), .stream = "billing:test:jobs", .consumer = consumer, .concurrency = 4, .claim_after = claim_after},
        handle);
    made->start();
    return made;
  }
  /// Notes what it is given.
  Handle noting() {
    return [this](Ring ring) -> Task<void> {
      for (const auto& id : ring.ids) ++seen[ring.job + " " + id];
      ++rings;
      co_return;
    };
  }
  template <class Condition>
  bool soon(Condition condition, std::chrono::milliseconds limit = 20s) {
    return run([](Reactor& loop, Condition& c, std::chrono::milliseconds most) -> Task<bool> {
      const auto deadline = std::chrono::steady_clock::now() + most;
      while (!c() && std::chrono::steady_clock::now() < deadline) co_await loop.sleep(5ms);
      co_return c();
    }(reactor, condition, limit));
  }
  void stop(Worker& w) { run(w.stop(10s)); }
  Queue::Depth depth() { return run(queue.depth()); }
  void pause(std::chrono::milliseconds time) {
    run([](Reactor& loop, std::chrono::milliseconds t) -> Task<void> { co_await loop.sleep(t); }(reactor, time));
  }

  Queue queue{reactor, client, "billing:test:jobs"};
  std::map<std::string, int> seen;
  int rings = 0;
};

TEST_F(QueueTest, rings_are_delivered_acknowledged_and_gone) {
  const auto w = worker(noting());
  queue.ring("bill", {"a", "b"});
  queue.ring("pay", {"c"});
  queue.ring("sweep", {});
  EXPECT_TRUE(soon([&] { return rings == 3; }));
  EXPECT_EQ(seen, (std::map<std::string, int>{{"bill a", 1}, {"bill b", 1}, {"pay c", 1}}));
  stop(*w);
  EXPECT_EQ(integer({"XLEN", "billing:test:jobs"}), 0);
  EXPECT_EQ(depth().in_flight, 0);
}

TEST_F(QueueTest, many_ids_are_split_into_entries) {
  std::vector<std::string> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(std::to_string(i));
  queue.ring("bill", ids, 200);
  EXPECT_EQ(integer({"XLEN", "billing:test:jobs"}), 3);
  const auto w = worker(noting());
  EXPECT_TRUE(soon([&] { return seen.size() == 450; }));
  EXPECT_EQ(rings, 3);
  stop(*w);
}

TEST_F(QueueTest, depth_tolerates_a_missing_stream_and_a_missing_group) {
  EXPECT_EQ(depth().waiting, 0);
  queue.ring("bill", {"a"});
  queue.ring("bill", {"b"});
  pause(30ms);
  const auto found = depth();
  EXPECT_EQ(found.waiting, 2);
  EXPECT_EQ(found.in_flight, 0);
  EXPECT_GE(found.lag_ms, 20);
  EXPECT_LT(found.lag_ms, 60'000);
}

TEST_F(QueueTest, no_more_rings_than_its_concurrency_are_handled_at_once) {
  int now = 0;
  int most = 0;
  bool looked = false;
  for (int i = 0; i < 30; ++i) queue.ring("bill", {std::to_string(i)});
  const auto w = worker([&](Ring) -> Task<void> {
    most = std::max(most, ++now);
    do co_await reactor.sleep(10ms);
    while (!looked);
    --now;
    ++rings;
  });
  EXPECT_TRUE(soon([&] { return now == 4; }));
  EXPECT_EQ(depth().in_flight, 4);
  looked = true;
  EXPECT_TRUE(soon([&] { return rings == 30; }));
  EXPECT_EQ(most, 4);
  stop(*w);
}

TEST_F(QueueTest, a_handler_that_throws_harms_nobody_and_its_ring_is_acknowledged) {
  const auto w = worker([&](Ring ring) -> Task<void> {
    ++rings;
    if (ring.job == "bad") throw std::runtime_error("no");
    co_return;
  });
  for (int i = 0; i < 10; ++i) queue.ring(i % 2 ? "bad" : "good", {"x"});
  EXPECT_TRUE(soon([&] { return rings == 10; }));
  stop(*w);
  EXPECT_EQ(integer({"XLEN", "billing:test:jobs"}), 0);
}

TEST_F(QueueTest, malformed_entries_are_acknowledged_and_skipped) {
  text({"XADD", "billing:test:jobs", "*", "nonsense", "x"});
  text({"XADD", "billing:test:jobs", "*", "job", "", "ids", "x"});
  queue.ring("good", {"x"});
  const auto w = worker(noting());
  EXPECT_TRUE(soon([&] { return rings == 1; }));
  stop(*w);
  EXPECT_EQ(rings, 1);
  EXPECT_EQ(integer({"XLEN", "billing:test:jobs"}), 0);
}

TEST_F(QueueTest, what_a_dead_worker_held_is_taken_over) {
  queue.ring("bill", {"a"});
  text({"XGROUP", "CREATE", "billing:test:jobs", "workers", "0"});
  run(client.command({"XREADGROUP", "GROUP", "workers", "dead", "COUNT", "10", "STREAMS", "billing:test:jobs", ">"}));
  EXPECT_EQ(depth().in_flight, 1);
  const auto w = worker(noting(), "alive", 300ms);
  EXPECT_TRUE(soon([&] { return rings == 1; }));
  stop(*w);
  EXPECT_EQ(seen["bill a"], 1);
  EXPECT_EQ(depth().in_flight, 0);
}

TEST_F(QueueTest, a_long_handling_is_not_begun_again_by_the_same_worker) {
  const auto w = worker(
      [&](Ring) -> Task<void> {
        ++rings;
        co_await reactor.sleep(1'500ms);
      },
      "slow", 200ms);
  queue.ring("bill", {"a"});
  EXPECT_TRUE(soon([&] { return rings > 0; }));
  pause(1'300ms);
  EXPECT_EQ(rings, 1);
  stop(*w);
}

TEST_F(QueueTest, two_workers_share_the_rings) {
  const auto one = worker(noting(), "one");
  const auto two = worker(noting(), "two");
  for (int i = 0; i < 200; ++i) queue.ring("bill", {std::to_string(i)});
  EXPECT_TRUE(soon([&] { return rings >= 200; }));
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ(rings, 200);
  stop(*one);
  stop(*two);
}

TEST_F(QueueTest, it_goes_on_after_redis_was_emptied) {
  const auto w = worker(noting());
  queue.ring("bill", {"before"});
  EXPECT_TRUE(soon([&] { return rings == 1; }));
  text({"FLUSHALL"});
  queue.ring("bill", {"after"});
  EXPECT_TRUE(soon([&] { return rings == 2; }));
  EXPECT_EQ(seen["bill after"], 1);
  stop(*w);
}

TEST_F(QueueTest, it_goes_on_after_its_connections_were_killed) {
  const auto w = worker(noting());
  for (int i = 0; i < 3; ++i) {
    queue.ring("bill", {std::to_string(i)});
    EXPECT_TRUE(soon([&] { return rings == i + 1; }));
    run(client.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}));
  }
  stop(*w);
  EXPECT_EQ(rings, 3);
}

TEST_F(QueueTest, stop_finishes_what_is_in_hand) {
  int begun = 0;
  const auto w = worker([&](Ring) -> Task<void> {
    ++begun;
    co_await reactor.sleep(200ms);
    ++rings;
  });
  for (int i = 0; i < 4; ++i) queue.ring("bill", {std::to_string(i)});
  EXPECT_TRUE(soon([&] { return begun == 4; }));
  stop(*w);
  EXPECT_EQ(rings, 4);
  EXPECT_EQ(integer({"XLEN", "billing:test:jobs"}), 0);
  EXPECT_TRUE(run(client.command({"XINFO", "CONSUMERS", "billing:test:jobs", "workers"})).elements.empty());
}

TEST_F(QueueTest, stop_waits_no_longer_than_its_grace) {
  bool stopped = false;
  bool ended = false;
  const auto w = worker([&](Ring) -> Task<void> {
    ++rings;
    while (!stopped) co_await reactor.sleep(5ms);
    ended = true;
  });
  queue.ring("bill", {"a"});
  EXPECT_TRUE(soon([&] { return rings == 1; }));
  run(w->stop(100ms));
  EXPECT_FALSE(ended);
  stopped = true;
  EXPECT_TRUE(soon([&] { return ended; }));
}

TEST_F(QueueTest, a_ring_without_a_job_or_with_a_blank_id_is_refused) {
  EXPECT_THROW(queue.ring("", {"a"}), std::invalid_argument);
  EXPECT_THROW(queue.ring("bill", {"a b"}), std::invalid_argument);
  EXPECT_THROW(queue.ring("bill", {""}), std::invalid_argument);
}

}  // namespace
}  // namespace billing::queue
