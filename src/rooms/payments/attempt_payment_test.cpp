#include "rooms/payments/attempt_payment.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"

namespace billing::payments {
namespace {

using pg::test::administrate;
using pg::test::contents_of;
using pg::test::run_script;
using pg::test::url_of;

/// Says what it is told to, and remembers what it was asked.
struct RecordingProvider final : PaymentProvider {
  std::string_view name() const override { return "recording"; }
  Task<Outcome> charge(ChargeRequest request) override {
    asked.push_back(std::move(request));
    co_return answer;
  }
  Outcome answer = Paid{};
  std::vector<ChargeRequest> asked;
};

const auto invoice = *InvoiceId::parse("00000000-0000-7000-8000-000000000002");

constexpr const char* one_invoice = R"(
  INSERT INTO users VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'card_1', '2026-03-01Z', '2026-03-01Z');
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage,
                        created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000002', 'subscription', '00000000-0000-7000-8000-000000000001', '2026-02-01', '2026-03-01', 6900,
          'KWD', 'open', 'pending', '2026-03-01Z', '{}', '2026-03-01Z', '2026-03-01Z'))";

class Attempt : public ::testing::Test {
 protected:
  Attempt() {
    administrate("CREATE DATABASE " + database);
    run_script(url_of(database), contents_of(std::filesystem::path{__FILE__}.parent_path() / "../../../db/migrations/0001_billing.sql"));
    run_script(url_of(database), one_invoice);
    pool = std::make_unique<pg::Pool>(reactor, pg::PoolOptions{.url = url_of(database), .application_name = "billing-test"});
  }
  ~Attempt() override {
    reactor.block_on(pool->close());
    administrate("DROP DATABASE " + database + " WITH (FORCE)");
  }

  void attempt() {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(attempt_payments(context, {provider, retries}, {invoice}));
  }
  void pay(const char* key) {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(pay_by_hand(context, {provider, retries}, invoice, key));
  }

  std::string database = "billing_attempt_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  static inline int count = 0;
  Reactor reactor;
  std::unique_ptr<pg::Pool> pool;
  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-03-01T12:00:00Z")};
  RetrySchedule retries;
  RecordingProvider provider;
};

TEST_F(Attempt, the_provider_is_asked_for_the_invoices_amount_from_the_users_card) {
  attempt();
  ASSERT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(provider.asked[0].amount, (Money{6900, *Currency::parse("KWD")}));
  EXPECT_EQ(provider.asked[0].payment_method, "card_1");
  attempt();
  EXPECT_EQ(provider.asked.size(), 1U);
}

TEST_F(Attempt, an_unreachable_provider_is_asked_again_with_the_same_key_and_after_a_decline_with_another) {
  provider.answer = Unreachable{};
  attempt();
  clock.set(clock.now() + std::chrono::minutes{1});
  attempt();
  pay("request");
  provider.answer = Declined{"card_declined"};
  pay("request");
  ASSERT_EQ(provider.asked.size(), 4U);
  for (const auto& request : provider.asked) EXPECT_EQ(request.attempt_key, provider.asked[0].attempt_key);
  clock.set(clock.now() + std::chrono::days{1});
  attempt();
  ASSERT_EQ(provider.asked.size(), 5U);
  EXPECT_NE(provider.asked[4].attempt_key, provider.asked[0].attempt_key);
}

}  // namespace
}  // namespace billing::payments
