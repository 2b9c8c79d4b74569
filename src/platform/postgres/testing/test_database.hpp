#pragma once

#include <libpq-fe.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "platform/postgres/testing/test_support.hpp"

// For tests that need a whole database of their own.
namespace billing::pg::test {

/// Of another database on the server of the tests.
inline std::string url_of(const std::string& database) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> words{PQconninfoParse(database_url().c_str(), nullptr),
                                                                             PQconninfoFree};
  if (!words) throw std::runtime_error("BILLING_TEST_DATABASE_URL is not a PostgreSQL URL");
  std::string text = "dbname=" + database;
  for (const auto* word = words.get(); word->keyword; ++word) {
    if (word->val && std::string_view{word->keyword} != "dbname") text += std::string{" "} + word->keyword + "='" + word->val + "'";
  }
  return text;
}

inline std::string contents_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// One reactor and one pool for one piece of work, so that no connection to a database stays behind.
template <class Work>
auto with_pool(const std::string& url, Work work) {
  Reactor reactor;
  pg::Pool pool{reactor, {.url = url, .application_name = "billing-test"}};
  auto result = reactor.block_on(work(pool));
  reactor.block_on(pool.close());
  return result;
}

inline void run_script(const std::string& url, const std::string& sql) {
  with_pool(url, [&sql](pg::Pool& pool) -> Task<bool> {
    co_await pool.run_script(sql);
    co_return true;
  });
}

/// By itself, as CREATE DATABASE must be: in no transaction with anything else.
inline void administrate(const std::string& sql) {
  const pg::Statement statement{sql.c_str()};
  with_pool(database_url(), [&statement](pg::Pool& pool) -> Task<bool> {
    co_await pool.query(statement);
    co_return true;
  });
}

}  // namespace billing::pg::test
