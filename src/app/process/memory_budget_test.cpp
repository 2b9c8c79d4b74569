#include "app/process/memory_budget.hpp"

#include <gtest/gtest.h>

namespace billing::app {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

TEST(MemoryBudget, an_eighth_of_the_memory_is_for_bodies_within_bounds) {
  EXPECT_EQ(body_budget(512 * mebibyte), 64 * mebibyte);
  EXPECT_EQ(body_budget(64 * mebibyte), 16 * mebibyte);
  EXPECT_EQ(body_budget(64 * 1024 * mebibyte), 256 * mebibyte);
  EXPECT_EQ(body_budget(std::nullopt), 256 * mebibyte);
}

TEST(MemoryBudget, a_cgroup_says_bytes_or_max) {
  EXPECT_EQ(cgroup_limit("536870912\n"), 512 * mebibyte);
  EXPECT_EQ(cgroup_limit("max\n"), std::nullopt);
  EXPECT_EQ(cgroup_limit(""), std::nullopt);
  EXPECT_EQ(cgroup_limit("12 apples"), std::nullopt);
}

TEST(MemoryBudget, this_process_has_some) { EXPECT_GT(memory_of_process(), 16 * mebibyte); }

}  // namespace
}  // namespace billing::app
