#include "platform/runtime/kept.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace billing {
namespace {

using namespace std::chrono_literals;

/// A computing that is as long under way as the test says.
class KeptAnswers : public testing::Test {
 protected:
  struct Gate {
    std::coroutine_handle<> waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) noexcept { waiting = caller; }
    void await_resume() const noexcept {}
  };

  Task<int> compute() {
    const int mine = ++computed;
    co_await gate;
    if (failing) throw std::runtime_error("too long");
    co_return mine;
  }

  Task<void> ask(std::string key = "revenue") {
    try {
      const auto answer = co_await kept.get(std::move(key), [this] { return compute(); });
      answers.push_back(*answer.value);
      age = answer.age;
    } catch (const std::runtime_error&) {
      answers.push_back(-1);
    }
  }

  /// Whoever is at it needs that long, and ends.
  void end_after(std::chrono::nanoseconds time) {
    now += time;
    std::exchange(gate.waiting, {}).resume();
  }

  Kept<int>::Clock::time_point now{};
  Kept<int> kept{[this] { return now; }, 3};
  Gate gate;
  TaskGroup group;
  int computed = 0;
  bool failing = false;
  std::vector<int> answers;
  std::chrono::nanoseconds age{0};
};

TEST_F(KeptAnswers, what_took_long_is_kept_for_fifty_times_as_long_and_says_how_old_it_is) {
  group.spawn(ask());
  end_after(200ms);
  EXPECT_EQ(age, 200ms);
  now += 9'999ms;
  group.spawn(ask());
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(age, 10'199ms);
  now += 1ms;
  group.spawn(ask());
  EXPECT_EQ(computed, 2);
  end_after(1ms);
  EXPECT_EQ(answers, (std::vector{1, 1, 2}));
}

TEST_F(KeptAnswers, what_was_quick_is_computed_for_each_who_asks) {
  for (int i = 0; i < 3; ++i) {
    group.spawn(ask());
    end_after(99ms);
  }
  EXPECT_EQ(answers, (std::vector{1, 2, 3}));
}

TEST_F(KeptAnswers, those_who_ask_while_it_is_computed_share_what_takes_long) {
  for (int i = 0; i < 5; ++i) group.spawn(ask());
  EXPECT_EQ(computed, 1);
  end_after(1s);
  EXPECT_EQ(answers, (std::vector{1, 1, 1, 1, 1}));
}

TEST_F(KeptAnswers, those_who_ask_while_a_quick_one_is_computed_share_the_next_one) {
  for (int i = 0; i < 4; ++i) group.spawn(ask());
  end_after(1ms);
  EXPECT_EQ(computed, 2);
  end_after(1ms);
  EXPECT_EQ(computed, 2);
  std::ranges::sort(answers);
  EXPECT_EQ(answers, (std::vector{1, 2, 2, 2}));
}

TEST_F(KeptAnswers, an_error_is_told_to_all_who_waited_and_not_kept) {
  failing = true;
  group.spawn(ask());
  group.spawn(ask());
  end_after(5s);
  EXPECT_EQ(answers, (std::vector{-1, -1}));
  failing = false;
  group.spawn(ask());
  end_after(1ms);
  EXPECT_EQ(answers.back(), 2);
}

TEST_F(KeptAnswers, of_more_questions_than_it_may_keep_it_forgets_those_before) {
  for (const char* key : {"a", "b", "c", "d"}) {
    group.spawn(ask(key));
    end_after(1s);
  }
  group.spawn(ask("d"));
  EXPECT_EQ(computed, 4);
  group.spawn(ask("a"));
  EXPECT_EQ(computed, 5);
  end_after(1ms);
}

}  // namespace
}  // namespace billing
