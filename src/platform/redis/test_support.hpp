#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "platform/redis/client.hpp"

namespace billing::redis::test {

inline std::string redis_url() {
  const char* url = std::getenv("BILLING_TEST_REDIS_URL");
  if (!url || !*url)
    throw std::runtime_error("BILLING_TEST_REDIS_URL is not set: these tests need a real Redis of their own (script/test starts one)");
  return url;
}

/// Each test gets an event loop and an emptied Redis.
class RedisTest : public ::testing::Test {
 protected:
  void SetUp() override { run(client.command({"FLUSHALL"})); }

  template <class T>
  T run(Task<T> task) {
    return reactor.block_on(std::move(task));
  }
  std::int64_t integer(std::vector<std::string> words) { return run(client.command(std::move(words))).integer; }
  std::string text(std::vector<std::string> words) { return run(client.command(std::move(words))).text; }

  Reactor reactor;
  Client client{reactor, {.url = redis_url()}};
};

}  // namespace billing::redis::test
