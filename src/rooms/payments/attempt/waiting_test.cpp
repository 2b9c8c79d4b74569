#include "rooms/payments/attempt/testing.hpp"

namespace billing::payments {
namespace {

using namespace test;
using namespace std::chrono;

class WaitingAttempt : public AttemptOfOne {
 protected:
  void later(auto time) { clock.set(clock.now() + time); }
  std::string invoice_has(const char* column) { return value(std::string{"SELECT "} + column + "::text FROM invoices"); }
  std::string payments() { return value("SELECT string_agg(status || coalesce(' ' || failure_code, ''), ', ' ORDER BY id) FROM payments"); }
  std::size_t charges() const { return provider.asked.size(); }
};

TEST_F(WaitingAttempt, what_the_provider_is_at_is_asked_about_by_its_reference_ever_less_often_and_never_charged_again) {
  provider.answer = Processing{"pi_1"};
  attempt();
  EXPECT_EQ(payments(), "pending processing");
  EXPECT_EQ(payment("provider_reference"), "pi_1");
  EXPECT_EQ(invoice_has("next_attempt_at"), "2026-03-01 12:01:00+00");
  provider.found = Processing{"pi_1"};
  attempt();
  EXPECT_TRUE(provider.looked_up.empty()) << "it is not time yet";
  later(minutes{1});
  attempt();
  EXPECT_EQ(provider.looked_up.at(0).reference, "pi_1");
  EXPECT_EQ(invoice_has("next_attempt_at"), "2026-03-01 12:03:00+00");
  later(minutes{2});
  provider.found = Paid{"pi_1"};
  attempt();
  EXPECT_EQ(payments(), "succeeded");
  EXPECT_EQ(charges(), 1U);
}

TEST_F(WaitingAttempt, what_the_provider_was_at_and_declined_uses_up_one_of_the_schedule) {
  provider.answer = Processing{"pi_1"};
  attempt();
  later(minutes{1});
  provider.found = Declined{"insufficient_funds"};
  attempt();
  EXPECT_EQ(payments(), "failed insufficient_funds");
  EXPECT_EQ(payment("decline"), "soft");
  EXPECT_EQ(invoice_has("declined_count"), "1");
  EXPECT_EQ(invoice_has("next_attempt_at"), "2026-03-02 12:01:00+00");
}

TEST_F(WaitingAttempt, whoever_hears_of_one_asks_at_once_and_begins_none) {
  provider.answer = Processing{"pi_1"};
  attempt();
  provider.found = Declined{"insufficient_funds"};
  doorbell();
  EXPECT_EQ(payments(), "failed insufficient_funds");
  later(days{1});
  doorbell();
  EXPECT_EQ(charges(), 1U);
}

TEST_F(WaitingAttempt, a_hard_decline_is_the_last_one) {
  provider.answer = Declined{"stolen_card", Decline::hard};
  attempt();
  EXPECT_EQ(invoice_has("collection"), "uncollected");
  EXPECT_EQ(payment("decline"), "hard");
  later(days{30});
  attempt();
  EXPECT_EQ(charges(), 1U);
}

class AttemptForCustomer : public WaitingAttempt {
 protected:
  AttemptForCustomer() {
    provider.answer = NeedsCustomer{"https://bank.example/1", "pi_1"};
    provider.found = NeedsCustomer{"https://bank.example/2", "pi_1"};
    attempt();
  }
};

TEST_F(AttemptForCustomer, has_a_link_which_each_look_renews_until_the_customer_has_been_there) {
  EXPECT_EQ(payments(), "pending action_required");
  EXPECT_EQ(payment("next_action_url"), "https://bank.example/1");
  later(minutes{1});
  attempt();
  EXPECT_EQ(payment("next_action_url"), "https://bank.example/2");
  provider.found = Paid{"pi_1"};
  doorbell();
  EXPECT_EQ(payments(), "succeeded");
  EXPECT_EQ(payment("coalesce(next_action_url, 'none')"), "none");
  EXPECT_EQ(charges(), 1U);
}

TEST_F(AttemptForCustomer, is_given_up_after_a_week_and_counts_as_declined) {
  later(days{7} - seconds{1});
  attempt();
  EXPECT_EQ(invoice_has("next_attempt_at"), "2026-03-08 12:00:00+00");
  later(seconds{1});
  attempt();
  EXPECT_EQ(provider.canceled.size(), 1U);
  EXPECT_EQ(payments(), "failed authentication_required");
  EXPECT_EQ(invoice_has("declined_count"), "1");
}

TEST_F(AttemptForCustomer, is_canceled_for_another_card_which_is_charged_at_once_with_another_key) {
  change_card("card_2");
  provider.answer = Paid{"pi_2"};
  pay("by hand");
  EXPECT_EQ(provider.canceled.at(0).reference, "pi_1");
  EXPECT_EQ(payments(), "failed canceled, succeeded");
  EXPECT_NE(provider.asked.at(1).attempt_key, provider.asked.at(0).attempt_key);
  EXPECT_EQ(provider.asked.at(1).payment_method, "card_2");
}

TEST_F(AttemptForCustomer, who_was_faster_than_the_other_card_has_paid) {
  change_card("card_2");
  provider.on_cancel = Paid{"pi_1"};
  later(minutes{1});
  attempt();
  EXPECT_EQ(payments(), "succeeded");
  EXPECT_EQ(charges(), 1U);
}

TEST_F(AttemptForCustomer, of_whom_the_provider_says_nothing_is_not_charged_by_another_card) {
  change_card("card_2");
  provider.on_cancel = Unreachable{};
  later(minutes{1});
  attempt();
  EXPECT_EQ(payments(), "pending unreachable");
  EXPECT_EQ(charges(), 1U);
}

class AttemptOfUnknownOutcome : public WaitingAttempt {
 protected:
  AttemptOfUnknownOutcome() {
    provider.answer = Unreachable{};
    attempt();
    later(minutes{1});
  }
  /// As after a restart with another BILLING_PROVIDER.
  RecordingProvider& switch_provider() {
    switched = std::make_unique<providers::Providers>();
    auto& added = add_to(*switched, "new");
    provider_of_before = &add_to(*switched, "recording");
    return added;
  }
  void attempt_after_switch() {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(attempt_payments(context, {*switched, retries}, {invoice}));
  }
  std::unique_ptr<providers::Providers> switched;
  RecordingProvider* provider_of_before = nullptr;
};

TEST_F(AttemptOfUnknownOutcome, is_asked_of_its_own_provider_after_a_switch_and_charged_once) {
  auto& added = switch_provider();
  provider_of_before->found = Paid{"pi_1"};
  attempt_after_switch();
  EXPECT_EQ(payments(), "succeeded");
  EXPECT_TRUE(added.asked.empty());
  EXPECT_EQ(payment("provider"), "recording");
}

TEST_F(AttemptOfUnknownOutcome, is_left_as_it_is_while_its_own_provider_does_not_answer) {
  auto& added = switch_provider();
  provider_of_before->found = Unreachable{};
  attempt_after_switch();
  EXPECT_EQ(payments(), "pending unreachable");
  EXPECT_TRUE(added.asked.empty());
  EXPECT_TRUE(provider_of_before->asked.empty());
}

TEST_F(AttemptOfUnknownOutcome, is_made_anew_with_the_new_provider_once_its_own_says_that_it_never_was) {
  auto& added = switch_provider();
  attempt_after_switch();
  EXPECT_EQ(payments(), "failed never_charged");
  EXPECT_EQ(invoice_has("declined_count"), "0");
  attempt_after_switch();
  EXPECT_EQ(payments(), "failed never_charged, succeeded");
  ASSERT_EQ(added.asked.size(), 1U);
  EXPECT_NE(added.asked[0].attempt_key, provider.asked[0].attempt_key);
  EXPECT_TRUE(provider_of_before->asked.empty());
}

TEST_F(AttemptOfUnknownOutcome, is_not_charged_with_a_key_that_the_provider_may_have_forgotten) {
  provider.last = std::chrono::hours{0};
  provider.answer = Paid{"pi_2"};
  attempt();
  EXPECT_EQ(payments(), "failed never_charged");
  attempt();
  EXPECT_EQ(payments(), "failed never_charged, succeeded");
  ASSERT_EQ(charges(), 2U);
  EXPECT_NE(provider.asked[1].attempt_key, provider.asked[0].attempt_key);
}

TEST_F(AttemptOfUnknownOutcome, that_has_paid_under_an_old_key_is_found_paid) {
  provider.last = std::chrono::hours{0};
  provider.found = Paid{"pi_1"};
  attempt();
  EXPECT_EQ(payments(), "succeeded");
  EXPECT_EQ(charges(), 1U);
}

TEST_F(WaitingAttempt, names_the_user_as_the_provider_does_and_goes_on_doing_so) {
  execute("INSERT INTO provider_customers VALUES ('00000000-0000-7000-8000-000000000001', 'other', 'cus_0', now())");
  provider.answer = Unreachable{};
  attempt();
  EXPECT_EQ(provider.asked.at(0).customer, std::nullopt);
  execute("INSERT INTO provider_customers VALUES ('00000000-0000-7000-8000-000000000001', 'recording', 'cus_1', now())");
  later(minutes{1});
  attempt();
  EXPECT_EQ(provider.asked.at(1).customer, std::nullopt) << "what is asked under one key stays the same";
  provider.answer = Declined{"card_declined"};
  later(minutes{2});
  attempt();
  later(days{1});
  attempt();
  EXPECT_EQ(provider.asked.back().customer, "cus_1");
}

}  // namespace
}  // namespace billing::payments
