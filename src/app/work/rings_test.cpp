#include "app/work/rings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace billing::app {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RungOfLate, what_was_rung_for_is_left_alone_for_a_while_and_then_rung_for_again) {
  RungOfLate rung;
  const RungOfLate::Time start{};
  EXPECT_THAT(rung.note("bill_users", {"a", "b"}, start), ElementsAre("a", "b"));
  EXPECT_THAT(rung.note("bill_users", {"a", "b", "c"}, start + seconds{1}), ElementsAre("c"));
  EXPECT_THAT(rung.note("bill_users", {"a"}, start + RungOfLate::remembered), IsEmpty());
  EXPECT_THAT(rung.note("bill_users", {"a", "c"}, start + RungOfLate::remembered + seconds{1}), ElementsAre("a"));
}

TEST(RungOfLate, the_same_id_of_another_job_is_another_row) {
  RungOfLate rung;
  EXPECT_THAT(rung.note("bill_users", {"a"}, {}), ElementsAre("a"));
  EXPECT_THAT(rung.note("attempt_payments", {"a"}, {}), ElementsAre("a"));
}

TEST(RungOfLate, once_forgotten_everything_is_rung_for_again) {
  RungOfLate rung;
  rung.note("bill_users", {"a"}, {});
  rung.forget();
  EXPECT_THAT(rung.note("bill_users", {"a"}, {}), ElementsAre("a"));
}

}  // namespace
}  // namespace billing::app
