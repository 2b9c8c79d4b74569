#include "rooms/payments/attempt/begin.hpp"

#include <gtest/gtest.h>

#include "rooms/payments/attempt/testing.hpp"

namespace billing::payments {
namespace {

using namespace test;

class FirstAttempt : public AttemptOfOne {
 protected:
  /// As a billing run that has made the invoice does.
  std::vector<Attempt> begin(bool commit) {
    std::vector<Attempt> begun;
    reactor.block_on([](FirstAttempt& self, bool commits, std::vector<Attempt>& attempts) -> Task<void> {
      Context context{*self.pool, self.clock, self.queue, self.redis, self.metrics, "test", "worker"};
      auto tx = co_await self.pool->begin();
      const std::vector<invoices::ToCollect> made{
          {invoice, *UserId::parse("00000000-0000-7000-8000-000000000001"), Money{6900, *Currency::parse("KWD")}}};
      co_await begin_first_attempts(tx, context, {self.providers, self.retries}, made, attempts);
      EXPECT_TRUE(attempts.empty()) << "nothing is charged of which the row is not on disk";
      if (commits) co_await tx.commit();
    }(*this, commit, begun));
    return begun;
  }
  void charge_all(std::vector<Attempt> begun) {
    Context context{*pool, clock, queue, redis, metrics, "test", "worker"};
    reactor.block_on(charge(context, {providers, retries}, std::move(begun)));
  }
};

TEST_F(FirstAttempt, is_pending_and_ours_with_its_invoice_and_charged_after_it) {
  const auto begun = begin(true);
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(payment("status"), "pending");
  EXPECT_EQ(payment("payment_method"), "card_1");
  attempt();
  EXPECT_TRUE(provider.asked.empty()) << "it is claimed: a ring leaves it alone";
  charge_all(begun);
  ASSERT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(provider.asked[0].attempt_key, invoice.text() + "-1");
  EXPECT_EQ(provider.asked[0].amount, (Money{6900, *Currency::parse("KWD")}));
  EXPECT_EQ(payment("status"), "succeeded");
}

TEST_F(FirstAttempt, never_was_if_its_invoice_never_was) {
  EXPECT_TRUE(begin(false).empty());
  EXPECT_EQ(value("SELECT count(*)::text FROM payments"), "0");
}

TEST_F(FirstAttempt, is_taken_up_by_whoever_comes_once_its_process_is_gone) {
  begin(true);
  execute("UPDATE payments SET claimed_until = now() - interval '1 second'");
  attempt();
  ASSERT_EQ(provider.looked_up.size(), 1U);
  ASSERT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(payment("status"), "succeeded");
}

}  // namespace
}  // namespace billing::payments
