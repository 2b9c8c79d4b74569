#include "app/cli/progress.hpp"

#include <gtest/gtest.h>

namespace billing::app {
namespace {

using namespace std::chrono_literals;

TEST(Progress, tells_how_far_it_is_how_fast_and_how_long_it_will_take) {
  const Progress progress{"subscriptions billed", 12'400, 100'000, 2'500ms};
  EXPECT_EQ(progress_text(progress, 0), "12,400 of 100,000 subscriptions billed, 4,960 a second, 18 s left");
  EXPECT_EQ(progress_text(progress, 10), "[#.........] 12,400 of 100,000 subscriptions billed, 4,960 a second, 18 s left");
}

TEST(Progress, promises_nothing_before_anything_is_done_and_nothing_after_the_end) {
  EXPECT_EQ(progress_text({"payments attempted", 0, 7, 900ms}, 7), "[.......] 0 of 7 payments attempted");
  EXPECT_EQ(progress_text({"payments attempted", 7, 7, 1'000ms}, 7), "[#######] 7 of 7 payments attempted, 7 a second");
  EXPECT_EQ(progress_text({"payments attempted", 0, 0, 0ms}, 7), "[#######] 0 of 0 payments attempted");
}

TEST(Progress, long_times_are_told_in_minutes_and_hours) {
  EXPECT_EQ(progress_text({"x", 10, 1'000, 10'000ms}, 0), "10 of 1,000 x, 1 a second, 16 min 30 s left");
  EXPECT_EQ(progress_text({"x", 100, 1'000'100, 1'000ms}, 0), "100 of 1,000,100 x, 100 a second, 2 h 46 min left");
}

}  // namespace
}  // namespace billing::app
