#pragma once

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

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

/// The schema as the binary brings it: every file of db/migrations, in their order.
inline void migrate(const std::string& url) {
  const auto directory = std::filesystem::path{__FILE__}.parent_path() / "../../../../db/migrations";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) run_script(url, contents_of(file));
}

/// What a test that works on billing's tables derives from: a database of its own with their schema, and a pool on it.
class FreshDatabase {
 public:
  explicit FreshDatabase(PoolOptions options = {}) {
    administrate("CREATE DATABASE " + database);
    migrate(url());
    options.url = url();
    options.application_name = "billing-test";
    pool = std::make_unique<Pool>(reactor, std::move(options));
  }
  ~FreshDatabase() {
    reactor.block_on(pool->close());
    administrate("DROP DATABASE " + database + " WITH (FORCE)");
  }
  FreshDatabase(const FreshDatabase&) = delete;
  FreshDatabase& operator=(const FreshDatabase&) = delete;

  std::string url() const { return url_of(database); }
  /// Over a connection of its own.
  void execute(const std::string& sql) const { run_script(url(), sql); }
  /// The first value of what `sql` selects, as text.
  std::string value(const std::string& sql) const {
    return with_pool(url(), [&sql](Pool& on) -> Task<std::string> {
      const Statement statement{sql.c_str()};
      const auto rows = co_await on.query(statement);
      co_return std::string{rows[0].text(0)};
    });
  }

  std::string database = "billing_unit_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
  Reactor reactor;
  std::unique_ptr<Pool> pool;

 private:
  static inline int made = 0;
};

/// As if a process of that name lived: the lock by which `process_is_gone` tells, as long as this object is there.
class LifeLine {
 public:
  LifeLine(const std::string& url, const std::string& process) : pool_(reactor_, {.url = url, .application_name = "billing-test"}) {
    run("SELECT pg_advisory_lock(hashtextextended('billing.process:" + process + "', 0))");
  }
  ~LifeLine() {
    run("SELECT pg_advisory_unlock_all()");  // a session that is only closed gives it back a moment later
    reactor_.block_on(pool_.close());
  }
  LifeLine(const LifeLine&) = delete;
  LifeLine& operator=(const LifeLine&) = delete;

 private:
  void run(const std::string& sql) {
    const Statement statement{sql.c_str()};
    reactor_.block_on(pool_.query(statement));
  }

  Reactor reactor_;
  Pool pool_;
};

}  // namespace billing::pg::test
