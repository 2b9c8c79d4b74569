#include "rooms/gathering.hpp"

#include <gtest/gtest.h>

#include "platform/runtime/reactor.hpp"

namespace billing {
namespace {

using namespace std::chrono_literals;

struct Asker : Gathered {
  static constexpr std::size_t most_together = 8;
};

/// What takes 10 ms, however many are served.
class Gatherings : public ::testing::Test {
 public:
  Task<void> ask(int times = 1) {
    for (int time = 0; time < times; ++time) {
      co_await gathering.join(std::make_shared<Asker>(), take_all_that_fit, [this](const Gathering<Asker>::Askers& askers) -> Task<void> {
        served.push_back(askers.size());
        co_await reactor.sleep(10ms);
      });
      ++answered;
    }
  }

  static Gathering<Asker>::Askers take_all_that_fit(Gathering<Asker>::Waiting& waiting) {
    return Gathering<Asker>::take_first(waiting, [](const Asker&) { return true; });
  }

  /// Each asks so many times, one time after the other.
  void ask_at_once(int askers, int times = 1) {
    reactor.block_on([](Gatherings& self, int each, int how_often) -> Task<void> {
      TaskGroup group;
      for (int n = 0; n < each; ++n) group.spawn(self.ask(how_often));
      co_await group.join();
    }(*this, askers, times));
  }

  Reactor reactor;
  Gathering<Asker> gathering;
  std::vector<std::size_t> served;
  int answered = 0;
};

TEST_F(Gatherings, those_who_come_while_one_is_served_are_next_together) {
  ask_at_once(6);
  EXPECT_EQ(served, (std::vector<std::size_t>{1, 5}));
  EXPECT_EQ(answered, 6);
}

TEST_F(Gatherings, no_more_are_served_together_than_may_be) {
  ask_at_once(12);
  EXPECT_EQ(served, (std::vector<std::size_t>{1, 8, 3}));
}

TEST_F(Gatherings, those_who_were_just_served_and_come_again_share_with_those_who_came_meanwhile) {
  ask_at_once(4, 3);
  EXPECT_EQ(served, (std::vector<std::size_t>{1, 4, 4, 3}));
}

TEST_F(Gatherings, whoever_comes_after_others_waits_for_them_a_moment_only) {
  ask_at_once(4);
  const auto began = std::chrono::steady_clock::now();
  ask_at_once(1);
  EXPECT_EQ(served, (std::vector<std::size_t>{1, 3, 1}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);  // and not for ever
}

TEST_F(Gatherings, who_could_not_be_served_is_told_and_the_next_are_served) {
  const auto fail = [](const Gathering<Asker>::Askers&) -> Task<void> {
    throw std::runtime_error("gone");
    co_return;
  };
  const auto mine = std::make_shared<Asker>();
  reactor.block_on(gathering.join(mine, take_all_that_fit, fail));
  EXPECT_TRUE(mine->error);
  ask_at_once(1);
  EXPECT_EQ(answered, 1);
}

}  // namespace
}  // namespace billing
