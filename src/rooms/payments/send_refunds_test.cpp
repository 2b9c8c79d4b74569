#include "rooms/payments/send_refunds.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "rooms/providers/testing.hpp"

namespace billing::payments {
namespace {

using providers::FoundRefund;
using providers::NeverAsked;
using providers::Processing;
using providers::Refunded;
using providers::RefundFailed;
using providers::RefundOutcome;
using providers::RefundRequest;
using providers::Unreachable;

/// Says what it is told to, and remembers what it was asked.
struct RefundingProvider final : providers::TestProvider {
  Task<RefundOutcome> refund(RefundRequest request) override {
    asked.push_back(std::move(request));
    if (while_asked) while_asked();
    co_return answer;
  }
  Task<FoundRefund> lookup_refund(RefundRequest request) override {
    looked_up.push_back(std::move(request));
    co_return found;
  }
  RefundOutcome answer = Refunded{"refund_1"};
  FoundRefund found = NeverAsked{};
  std::vector<RefundRequest> asked;
  std::vector<RefundRequest> looked_up;
  std::function<void()> while_asked;
};

const auto refund_id = *RefundId::parse("00000000-0000-7000-8000-000000000005");

/// A paid invoice of 69.00 that a note gives 40.00 back of, and another one that is open.
constexpr const char* one_refund = R"(
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', 'a@example.com', '2026-03-01Z', '2026-03-01Z');
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, paid_cents, currency, status, collection, next_attempt_at, usage,
                        created_at, updated_at, paid_at)
  SELECT i::uuid, 'subscription', '00000000-0000-7000-8000-000000000001', day::date, '2026-04-01', 6900, paid, 'KWD', status::invoice_status,
         collection::invoice_collection, CASE status WHEN 'open' THEN '2026-04-01Z'::timestamptz END, '{}', '2026-03-01Z', '2026-03-01Z',
         CASE status WHEN 'paid' THEN '2026-03-01Z'::timestamptz END
  FROM (VALUES ('00000000-0000-7000-8000-000000000002', '2026-02-01', 6900, 'paid', 'done'),
               ('00000000-0000-7000-8000-000000000006', '2026-03-01', 0, 'open', 'pending')) AS v (i, day, paid, status, collection);
  INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, payment_method, provider_reference, amount_cents, currency, status,
                        attempted_at, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'charge-key',
          'scheduled', 'recording', 'card_1', 'charge_1', 6900, 'KWD', 'succeeded', '2026-03-01Z', '2026-03-01Z', '2026-03-01Z');
  INSERT INTO credit_notes (id, kind, invoice_id, user_id, currency, amount_cents, applied_cents, refund_cents, to_balance_cents, reason, created_at)
  VALUES ('00000000-0000-7000-8000-000000000004', 'goodwill', '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'KWD',
          4000, 0, 4000, 0, 'other', '2026-03-01Z');
  INSERT INTO refunds (id, credit_note_id, payment_id, invoice_id, user_id, provider, payment_method, currency, refund_key, amount_cents,
                       next_attempt_at, attempted_at, created_at, updated_at)
  VALUES ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000003',
          '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'recording', 'card_1', 'KWD', 'refund-key', 4000,
          '2026-03-01Z', '2026-03-01Z', '2026-03-01Z', '2026-03-01Z'))";

class SendRefunds : public ::testing::Test, public pg::test::FreshDatabase {
 protected:
  SendRefunds() { execute(one_refund); }

  void send() {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(send_refunds(context, providers, {refund_id}));
  }
  void wait(std::chrono::minutes time) { clock.set(clock.now() + time); }
  std::string refund(const char* column) { return value(std::string{"SELECT "} + column + "::text FROM refunds"); }
  std::string refunded() { return value("SELECT refunded_cents::text FROM payments"); }
  std::string granted() { return value("SELECT coalesce(sum(amount_cents), 0)::text FROM grants WHERE source = 'failed_refund'"); }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-03-01T12:00:00Z")};
  providers::Providers providers;
  RefundingProvider& provider = add();
  RefundingProvider& add() {
    auto one = std::make_unique<RefundingProvider>();
    auto& added = *one;
    providers.add(std::move(one));
    return added;
  }
};

TEST_F(SendRefunds, the_provider_is_asked_once_to_give_back_of_the_charge) {
  send();
  send();
  ASSERT_EQ(provider.asked.size(), 1U);
  EXPECT_TRUE(provider.looked_up.empty()) << "nobody has asked it before";
  const auto& request = provider.asked[0];
  EXPECT_EQ(request.refund_key, "refund-key");
  EXPECT_EQ(request.amount, (Money{4000, *Currency::parse("KWD")}));
  EXPECT_EQ(request.charge_key, "charge-key");
  EXPECT_EQ(request.charge_reference, "charge_1");
  EXPECT_EQ(request.payment_method, "card_1");
  EXPECT_EQ(refund("status"), "succeeded");
  EXPECT_EQ(refund("provider_reference"), "refund_1");
  EXPECT_EQ(refunded(), "4000");
  EXPECT_EQ(granted(), "0");
}

TEST_F(SendRefunds, what_failed_is_a_grant_once_counts_as_refunded_no_longer_and_pays_what_is_open) {
  provider.answer = RefundFailed{"expired_or_canceled_card"};
  send();
  send();
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(refund("status"), "failed");
  EXPECT_EQ(refund("failure_code"), "expired_or_canceled_card");
  EXPECT_EQ(refunded(), "0");
  EXPECT_EQ(granted(), "4000");
  EXPECT_EQ(value("SELECT from_balance_cents::text FROM invoices WHERE status = 'open'"), "4000");
}

TEST_F(SendRefunds, an_unknown_outcome_is_asked_about_before_it_is_sent_again_with_the_same_key) {
  provider.answer = Unreachable{};
  send();
  EXPECT_EQ(refund("status"), "pending");
  EXPECT_EQ(refund("(next_attempt_at = '2026-03-01T12:01:00Z')"), "true");
  send();
  EXPECT_EQ(provider.asked.size(), 1U) << "it is not due yet";
  wait(std::chrono::minutes{1});
  send();
  ASSERT_EQ(provider.looked_up.size(), 1U);
  ASSERT_EQ(provider.asked.size(), 2U) << "the provider had never seen it";
  EXPECT_EQ(provider.looked_up[0].refund_key, provider.asked[0].refund_key);
  EXPECT_EQ(provider.asked[1].refund_key, provider.asked[0].refund_key);
  EXPECT_EQ(provider.asked[1].unreachable_before, 1);
  EXPECT_EQ(refund("(next_attempt_at = '2026-03-01T12:03:00Z')"), "true");
  wait(std::chrono::minutes{2});
  provider.found = Refunded{"refund_0"};
  send();
  EXPECT_EQ(provider.asked.size(), 2U) << "what was given back is not given back again";
  EXPECT_EQ(refund("status"), "succeeded");
  EXPECT_EQ(refund("provider_reference"), "refund_0");
}

TEST_F(SendRefunds, while_nobody_knows_it_is_not_sent_again) {
  provider.answer = Unreachable{};
  send();
  provider.found = Unreachable{};
  for (int n = 0; n < 3; ++n) {
    wait(std::chrono::hours{6});
    send();
  }
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(provider.looked_up.size(), 3U);
  EXPECT_EQ(refund("status"), "pending");
  EXPECT_EQ(refunded(), "4000") << "what may have been given back is not to be given back in another way";
}

TEST_F(SendRefunds, one_that_failed_unseen_is_found_failed) {
  provider.answer = Unreachable{};
  send();
  wait(std::chrono::minutes{1});
  provider.found = RefundFailed{"expired_or_canceled_card"};
  send();
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(refund("status"), "failed");
  EXPECT_EQ(granted(), "4000");
}

TEST_F(SendRefunds, of_another_provider_waits_for_that_one) {
  execute("ALTER TABLE refunds DISABLE TRIGGER USER; UPDATE refunds SET provider = 'of before'; ALTER TABLE refunds ENABLE TRIGGER USER");
  send();
  EXPECT_TRUE(provider.asked.empty());
  EXPECT_TRUE(provider.looked_up.empty());
  EXPECT_EQ(refund("status"), "pending");
}

TEST_F(SendRefunds, one_whose_process_is_gone_is_due_at_once_and_asked_about_and_one_whose_process_lives_is_left_to_it) {
  const std::string process = "00000000-0000-7000-8000-0000000000aa";
  execute("UPDATE refunds SET calls = 1, claimed_until = clock_timestamp() + interval '50 seconds', claimed_by = '" + process + "'");
  const auto due = [&] { return reactor.block_on(pg::find_due(*pool, refunds::due_refunds, clock.now(), 10)).size(); };
  provider.found = Refunded{"refund_0"};
  {
    const pg::test::LifeLine living{url(), process};
    EXPECT_EQ(due(), 0U);
    send();
    EXPECT_EQ(refund("status"), "pending");
  }
  EXPECT_EQ(due(), 1U);
  send();
  EXPECT_TRUE(provider.asked.empty());
  EXPECT_EQ(provider.looked_up.size(), 1U);
  EXPECT_EQ(refund("status"), "succeeded");
}

TEST_F(SendRefunds, one_that_lost_its_claim_does_not_take_the_claim_of_whoever_took_over) {
  provider.while_asked = [this] { execute("UPDATE refunds SET claimed_until = clock_timestamp() + interval '90 seconds'"); };
  provider.answer = Unreachable{};
  send();
  EXPECT_EQ(refund("(claimed_until IS NOT NULL)"), "true");
  EXPECT_EQ(refund("coalesce(failure_code, 'none')"), "none");
}

TEST_F(SendRefunds, whoever_comes_second_finds_it_ended_and_changes_nothing) {
  provider.while_asked = [this] {
    execute("UPDATE refunds SET status = 'succeeded', next_attempt_at = NULL, claimed_until = NULL, claimed_by = NULL");
  };
  provider.answer = RefundFailed{"expired_or_canceled_card"};
  send();
  EXPECT_EQ(refund("status"), "succeeded");
  EXPECT_EQ(granted(), "0");
}

}  // namespace
}  // namespace billing::payments
