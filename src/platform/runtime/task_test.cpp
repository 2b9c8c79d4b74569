#include "platform/runtime/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "platform/runtime/reactor.hpp"

namespace billing {
namespace {

using namespace std::chrono_literals;

Task<int> value(int v) { co_return v; }
Task<int> failing() {
  throw std::runtime_error("broken");
  co_return 0;
}
Task<bool> condition(bool v) { co_return v; }

TEST(Task, gives_its_value) {
  Reactor reactor;
  EXPECT_EQ(reactor.block_on(value(42)), 42);
}

TEST(Task, gives_its_exception) {
  Reactor reactor;
  EXPECT_THROW(reactor.block_on(failing()), std::runtime_error);
}

// Shapes that some compilers get wrong (docs/decisions.md): a condition that awaits, by-value captures, temporaries in the call.
TEST(Task, awaits_in_conditions_and_with_temporaries) {
  Reactor reactor;
  const auto run = [](bool choose) -> Task<std::string> {
    if (co_await condition(choose)) co_return "yes";
    const auto text = std::make_shared<std::string>("no");
    co_return co_await [](std::shared_ptr<std::string> held) -> Task<std::string> { co_return *held; }(text);
  };
  EXPECT_EQ(reactor.block_on(run(true)), "yes");
  EXPECT_EQ(reactor.block_on(run(false)), "no");
}

TEST(Task, a_long_chain_of_ready_tasks_does_not_grow_the_stack) {
  Reactor reactor;
  const auto sum = []() -> Task<long> {
    long total = 0;
    for (int i = 0; i < 1'000'000; ++i) total += co_await value(1);
    co_return total;
  };
  EXPECT_EQ(reactor.block_on(sum()), 1'000'000);
}

TEST(TaskGroup, joins_when_all_have_ended_and_survives_a_failing_one) {
  Reactor reactor;
  TaskGroup group;
  int ended = 0;
  const auto nap = [&](std::chrono::milliseconds time) -> Task<void> {
    co_await reactor.sleep(time);
    ++ended;
  };
  const auto throwing = []() -> Task<void> { co_await failing(); };
  group.spawn(nap(5ms));
  group.spawn(nap(1ms));
  group.spawn(throwing());
  EXPECT_EQ(group.active(), 2u);
  reactor.block_on(group.join());
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(group.active(), 0u);
}

TEST(TaskGroup, joining_an_empty_group_returns_at_once) {
  Reactor reactor;
  TaskGroup group;
  reactor.block_on(group.join());
}

TEST(Reactor, a_task_that_never_starts_is_destroyed_with_what_it_holds) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = held;
  {
    const auto task = [](std::shared_ptr<int> mine) -> Task<int> { co_return *mine; }(std::move(held));
  }
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace billing
