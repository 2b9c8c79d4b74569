#include "platform/runtime/side_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "platform/runtime/refusal.hpp"

namespace billing {
namespace {

TEST(SideThread, works_beside_the_caller_s_thread_and_comes_back_to_it) {
  Reactor reactor;
  SideThread side(1);
  const auto here = std::this_thread::get_id();
  const auto there = reactor.block_on([](SideThread& on, Reactor& home) -> Task<std::thread::id> {
    const auto worked = co_await on.run(home, [] { return std::this_thread::get_id(); });
    EXPECT_EQ(co_await on.run(home, [] { return std::this_thread::get_id(); }), worked);
    co_return worked;
  }(side, reactor));
  EXPECT_NE(there, here);
}

TEST(SideThread, what_is_thrown_there_is_thrown_here) {
  Reactor reactor;
  SideThread side(1);
  const auto failing = [](SideThread& on, Reactor& home) -> Task<int> {
    co_return co_await on.run(home, []() -> int { throw std::runtime_error("no ink"); });
  };
  EXPECT_THROW(reactor.block_on(failing(side, reactor)), std::runtime_error);
}

TEST(SideThread, refuses_what_would_wait_behind_too_many_and_the_reactor_waits_for_none_of_them) {
  Reactor reactor;
  SideThread side(2);
  std::latch begun(1), go_on(1);
  std::atomic<int> done = 0;
  int refused = 0;
  TaskGroup group;
  const auto ask = [&](std::function<int()> work) -> Task<void> {
    try {
      done += co_await side.run(reactor, std::move(work));
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.status, 503);
      ++refused;
    }
  };
  reactor.block_on([](TaskGroup& all, const auto& each, std::latch& began, std::latch& further, int& count, Reactor& home) -> Task<void> {
    all.spawn(each([&] {
      began.count_down();
      further.wait();
      return 1;
    }));
    began.wait();
    for (int i = 0; i < 5; ++i) all.spawn(each([] { return 1; }));
    EXPECT_EQ(count, 3);
    co_await home.sleep(std::chrono::milliseconds{1});  // answers others meanwhile
    further.count_down();
    co_await all.join();
  }(group, ask, begun, go_on, refused, reactor));
  EXPECT_EQ(done, 3);
}

TEST(SideThread, ends_with_what_it_has_begun_and_begins_nothing_more) {
  Reactor reactor;
  std::latch begun(1);
  std::atomic<int> done = 0;
  SideThread side(5);
  TaskGroup group;
  const auto ask = [&](bool first) -> Task<void> {
    co_await side.run(reactor, [&done, &begun, first] {
      if (first) begun.count_down();
      return ++done;
    });
  };
  group.spawn(ask(true));
  begun.wait();
  side.stop();
  EXPECT_THROW(reactor.block_on(
                   [](SideThread& on, Reactor& home) -> Task<int> { co_return co_await on.run(home, [] { return 0; }); }(side, reactor)),
               Refusal);
  reactor.block_on([](TaskGroup& all) -> Task<void> { co_await all.join(); }(group));
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace billing
