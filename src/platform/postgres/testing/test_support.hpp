#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "platform/postgres/pool.hpp"

namespace billing::pg::test {

inline std::string database_url() {
  const char* url = std::getenv("BILLING_TEST_DATABASE_URL");
  if (!url || !*url)
    throw std::runtime_error("BILLING_TEST_DATABASE_URL is not set: these tests need a real PostgreSQL (script/test starts one)");
  return url;
}

inline PoolOptions options() {
  PoolOptions made;
  made.url = database_url();
  made.application_name = "billing-test";
  return made;
}

/// Each test gets an event loop and a fresh schema `pool_test` with the table `notes`.
class PostgresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Pool pool{reactor, options()};
    reactor.block_on(pool.run_script(R"(
      drop schema if exists pool_test cascade;
      create schema pool_test;
      create table pool_test.notes (id bigint primary key, body text, parent bigint references pool_test.notes deferrable initially deferred);
    )"));
    reactor.block_on(pool.close());
  }

  /// Runs `make(i)` for 0 ≤ i < count, all at the same time, until all have ended.
  template <class Make>
  void all_at_once(int count, Make make) {
    reactor.block_on([](Make& f, int n) -> Task<void> {
      TaskGroup group;
      for (int i = 0; i < n; ++i) group.spawn(f(i));
      co_await group.join();
    }(make, count));
  }

  template <class T>
  T run(Task<T> task) {
    return reactor.block_on(std::move(task));
  }

  Reactor reactor;
};

inline constexpr Statement insert_note{"insert into pool_test.notes (id, body) values ($1, $2)"};
inline constexpr Statement count_notes{"select count(*) from pool_test.notes"};
inline constexpr Statement select_one{"select 1"};
inline constexpr Statement sleep_for{"select pg_sleep($1::float8)"};
inline constexpr Statement divide{"select 1 / $1::int"};
inline constexpr Statement backend{"select pg_backend_pid()"};

inline Task<std::int64_t> number(Session& session, const Statement& statement) {
  const auto result = co_await session.query(statement);
  co_return result[0].integer(0);
}

/// Ends all other sessions of these tests, as an operator would.
inline constexpr Statement terminate_others{
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'billing-test' and pid <> pg_backend_pid()"};

}  // namespace billing::pg::test
