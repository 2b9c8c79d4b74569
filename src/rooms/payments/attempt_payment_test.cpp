#include "rooms/payments/attempt_payment.hpp"

#include <gtest/gtest.h>

#include "rooms/payments/attempt/testing.hpp"
#include "rooms/payments/record_payment.hpp"

namespace billing::payments {
namespace {

using namespace test;
class Attempt : public AttemptOfOne {};

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

TEST_F(Attempt, whoever_takes_one_up_asks_what_became_of_it_before_charging) {
  provider.answer = Unreachable{};
  attempt();
  EXPECT_TRUE(provider.looked_up.empty());
  clock.set(clock.now() + std::chrono::minutes{1});
  provider.found = Paid{"charge_1"};
  attempt();
  ASSERT_EQ(provider.looked_up.size(), 1U);
  EXPECT_EQ(provider.looked_up[0].attempt_key, provider.asked[0].attempt_key);
  EXPECT_EQ(provider.asked.size(), 1U) << "what was charged is not charged again";
  EXPECT_EQ(payment("status"), "succeeded");
  EXPECT_EQ(payment("provider_reference"), "charge_1");
}

TEST_F(Attempt, an_old_key_never_goes_out_with_another_method) {
  provider.answer = Unreachable{};
  attempt();
  change_card("card_2");
  clock.set(clock.now() + std::chrono::minutes{1});
  attempt();
  ASSERT_EQ(provider.asked.size(), 2U);
  EXPECT_EQ(provider.asked[1].attempt_key, provider.asked[0].attempt_key);
  EXPECT_EQ(provider.asked[1].payment_method, "card_1");
  EXPECT_EQ(provider.looked_up.at(0).payment_method, "card_1");
  provider.answer = Declined{"card_declined"};
  pay("request");
  attempt();
  EXPECT_NE(provider.asked.back().attempt_key, provider.asked[0].attempt_key) << "the new card is charged at once";
  EXPECT_EQ(provider.asked.back().payment_method, "card_2");
}

TEST_F(Attempt, a_provider_that_this_process_does_not_have_is_not_asked_and_neither_is_another) {
  provider.answer = Unreachable{};
  attempt();
  execute("UPDATE payments SET provider = 'of before'");
  clock.set(clock.now() + std::chrono::minutes{1});
  provider.answer = Paid{};
  attempt();
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_TRUE(provider.looked_up.empty());
  EXPECT_EQ(payment("status"), "pending");
}

TEST_F(Attempt, one_that_lost_its_claim_does_not_take_the_claim_of_whoever_took_over) {
  provider.while_asked = [this] { execute("UPDATE payments SET claimed_until = clock_timestamp() + interval '90 seconds'"); };
  provider.answer = Unreachable{};
  attempt();
  EXPECT_EQ(payment("(claimed_until IS NOT NULL)"), "true");
  EXPECT_EQ(payment("coalesce(failure_code, 'none')"), "none");
}

class AttemptOfWhatIsPaid : public Attempt {
 protected:
  /// The provider has not said what became of an attempt, and the invoice is paid by a transfer meanwhile.
  AttemptOfWhatIsPaid() {
    provider.answer = Unreachable{};
    attempt();
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(record_payment(context, invoice, {.amount = 6900}));
  }
  bool is_due() { return !reactor.block_on(pg::find_due(*pool, due_invoices, clock.now(), 10)).empty(); }
  std::string charge(const char* column) {
    return value(std::string{"SELECT "} + column + "::text FROM payments WHERE kind = 'scheduled'");
  }
};

TEST_F(AttemptOfWhatIsPaid, is_asked_about_until_the_provider_says_what_became_of_it_and_what_was_charged_becomes_balance) {
  EXPECT_TRUE(is_due());
  provider.found = Unreachable{};
  attempt();
  EXPECT_EQ(charge("status"), "pending");
  EXPECT_FALSE(is_due()) << "it is not asked again at once";
  execute("UPDATE payments SET claimed_until = clock_timestamp() - interval '1 second' WHERE status = 'pending'");
  EXPECT_TRUE(is_due());
  provider.found = Paid{"charge_1"};
  attempt();
  EXPECT_EQ(charge("status"), "succeeded");
  EXPECT_EQ(charge("overpaid_cents"), "6900");
  EXPECT_EQ(value("SELECT amount_cents::text FROM grants WHERE source = 'overpayment'"), "6900");
  EXPECT_FALSE(is_due());
}

TEST_F(AttemptOfWhatIsPaid, is_never_charged_when_the_provider_was_not_asked_before) {
  attempt();
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(charge("status"), "failed");
  EXPECT_EQ(charge("failure_code"), "not_needed");
  EXPECT_FALSE(is_due());
}

/// As if PostgreSQL's machine were that far ahead of this one.
constexpr const char* an_hour_ahead = R"(
  CREATE SCHEMA elsewhere;
  CREATE FUNCTION elsewhere.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $f$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $f$;
  DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = elsewhere, pg_catalog, public', current_database()); END $do$)";

class AttemptElsewhere : public Attempt {
 protected:
  AttemptElsewhere() {
    execute(an_hour_ahead);
    reactor.block_on(pool->close());
    pool = std::make_unique<pg::Pool>(reactor, pg::PoolOptions{.url = url(), .application_name = "billing-test"});
  }
};

TEST_F(AttemptElsewhere, whoever_attempts_has_a_claim_by_postgresqls_clock_which_is_ahead) {
  std::string claims;
  provider.while_asked = [&] { claims = value("SELECT count(*)::text FROM payments WHERE claimed_until > clock_timestamp()"); };
  attempt();
  EXPECT_EQ(claims, "1");
}

TEST_F(AttemptElsewhere, a_claim_has_run_out_when_postgresql_says_so) {
  provider.answer = Unreachable{};
  attempt();
  execute("UPDATE payments SET claimed_until = clock_timestamp() - interval '1 second'");
  EXPECT_EQ(reactor.block_on(pg::find_due(*pool, due_invoices, clock.now(), 10)).size(), 1U);
  provider.found = Paid{"charge_1"};
  attempt();
  EXPECT_EQ(payment("status"), "succeeded");
}

TEST_F(Attempt, one_whose_process_is_gone_is_taken_up_at_once_and_one_whose_process_lives_is_left_to_it) {
  provider.answer = Unreachable{};
  attempt();
  const std::string process = "00000000-0000-7000-8000-0000000000aa";
  execute("UPDATE payments SET claimed_until = clock_timestamp() + interval '50 seconds', claimed_by = '" + process + "'");
  provider.found = Paid{"charge_1"};
  const auto tomorrow = clock.now() + std::chrono::hours{24};
  {
    const pg::test::LifeLine living{url(), process};
    attempt();
    EXPECT_EQ(payment("status"), "pending");
    EXPECT_TRUE(reactor.block_on(pg::find_due(*pool, due_invoices, tomorrow, 10)).empty());
  }
  EXPECT_EQ(reactor.block_on(pg::find_due(*pool, due_invoices, tomorrow, 10)).size(), 1U);
  attempt();
  EXPECT_EQ(payment("status"), "succeeded");
}

}  // namespace
}  // namespace billing::payments
