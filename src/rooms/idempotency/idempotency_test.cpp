#include "rooms/idempotency/idempotency.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::idempotency {
namespace {

using namespace std::chrono_literals;
using pg::test::administrate;
using pg::test::contents_of;
using pg::test::run_script;
using pg::test::url_of;

constexpr pg::Statement count_users{"SELECT count(*) FROM users"};
constexpr pg::Statement count_keys{"SELECT count(*) FROM idempotency_keys"};
constexpr pg::Statement insert_user{R"(
  INSERT INTO users VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', NULL, '2026-03-01Z', '2026-03-01Z'))"};

class Idempotency : public ::testing::Test {
 public:
  Idempotency() {
    administrate("CREATE DATABASE " + database);
    run_script(url_of(database), contents_of(std::filesystem::path{__FILE__}.parent_path() / "../../../db/migrations/0001_billing.sql"));
    pool = std::make_unique<pg::Pool>(
        reactor, pg::PoolOptions{.url = url_of(database), .statement_timeout = 5s, .application_name = "billing-test"});
  }
  ~Idempotency() override {
    reactor.block_on(pool->close());
    administrate("DROP DATABASE " + database + " WITH (FORCE)");
  }

  /// What comes of a request under the key "k" whose work makes one user and answers with `size` bytes.
  http::Response make_a_user(std::size_t size, Mode mode = Mode::one_transaction) {
    Context context{*pool, clock, queue, redis, metrics, "test", "anonymous"};
    http::Request request;
    request.method_text = "POST";
    request.path = "/users";
    return reactor.block_on(run_once(context, "", "k", request, mode, [size](Context& within) -> Task<http::Response> {
      co_await within.db.query(insert_user);
      http::Response response;
      response.status = 201;
      response.body.assign(size, 'x');
      co_return response;
    }));
  }
  std::int64_t count(const pg::Statement& statement) { return reactor.block_on(pool->query(statement))[0].integer(0); }

  std::string database = "billing_idempotency_test_" + std::to_string(::getpid());
  Reactor reactor;
  std::unique_ptr<pg::Pool> pool;
  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-03-01T12:00:00Z")};
};

TEST_F(Idempotency, an_answer_that_is_too_large_to_keep_is_refused_and_nothing_was_done) {
  try {
    make_a_user(4 * 1024 * 1024 + 1);
    FAIL() << "it is answered";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, "answer_too_large");
  }
  EXPECT_EQ(count(count_users), 0);
  EXPECT_EQ(count(count_keys), 0);
}

TEST_F(Idempotency, the_largest_that_is_kept_is_answered_again) {
  const auto first = make_a_user(4 * 1024 * 1024);
  EXPECT_EQ(make_a_user(4 * 1024 * 1024).body, first.body);
  EXPECT_EQ(count(count_users), 1);
}

}  // namespace
}  // namespace billing::idempotency
