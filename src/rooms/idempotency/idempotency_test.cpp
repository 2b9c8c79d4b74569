#include "rooms/idempotency/idempotency.hpp"

#include <gtest/gtest.h>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::idempotency {
namespace {

using namespace std::chrono_literals;

constexpr pg::Statement count_users{"SELECT count(*) FROM users"};
constexpr pg::Statement count_keys{"SELECT count(*) FROM idempotency_keys"};
constexpr pg::Statement insert_user{R"(
  INSERT INTO users (id, email, email_key, payment_method, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', NULL, '2026-03-01Z', '2026-03-01Z'))"};

class Idempotency : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  Idempotency() : FreshDatabase({.url = {}, .statement_timeout = 5s}) {}

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

constexpr pg::Statement leave_a_claim{R"(
  UPDATE idempotency_keys SET status = NULL, content_type = NULL, body = NULL, headers = NULL, started_at = clock_timestamp(), process = $1)"};

TEST_F(Idempotency, a_claim_of_a_process_that_lives_is_running_and_one_of_a_process_that_is_gone_is_taken_over) {
  const std::string process = "00000000-0000-7000-8000-0000000000aa";
  make_a_user(1, Mode::claimed);
  execute("DELETE FROM users");
  reactor.block_on(pool->query(leave_a_claim, pg::Params{}.add(process)));
  {
    const pg::test::LifeLine living{url(), process};
    try {
      make_a_user(1, Mode::claimed);
      FAIL() << "it is answered";
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code, "idempotency_running");
    }
  }
  EXPECT_EQ(make_a_user(1, Mode::claimed).status, 201);
  EXPECT_EQ(count(count_users), 1);
}

}  // namespace
}  // namespace billing::idempotency
