#include "rooms/payments/attempt/begin.hpp"

#include <gtest/gtest.h>

#include "rooms/payments/attempt/testing.hpp"

namespace billing::payments {
namespace {

using namespace test;

const auto payer = *UserId::parse("00000000-0000-7000-8000-000000000001");
const Money due{6900, *Currency::parse("KWD")};

class FirstAttempt : public AttemptOfOne {
 protected:
  std::optional<InvoiceId> second;  // of another user

  /// As a billing run that has made the invoice does.
  std::vector<Attempt> begin(bool commit) {
    std::vector<Attempt> begun;
    reactor.block_on([](FirstAttempt& self, bool commits, std::vector<Attempt>& attempts) -> Task<void> {
      Context context{*self.pool, self.clock, self.queue, self.redis, self.metrics, "test", "worker"};
      auto tx = co_await self.pool->begin();
      std::vector<invoices::ToCollect> made{{invoice, payer, due}};
      if (self.second) made.push_back({*self.second, *UserId::parse("00000000-0000-7000-8000-000000000003"), due});
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
  EXPECT_EQ(provider.asked[0].amount, due);
  EXPECT_EQ(payment("status"), "succeeded");
}

TEST_F(FirstAttempt, of_each_of_a_ring_is_left_open_where_nobody_answers) {
  execute(R"(
    INSERT INTO users (id, email, email_key, created_at, updated_at)
    VALUES ('00000000-0000-7000-8000-000000000003', 'b@example.com', 'b@example.com', '2026-03-01Z', '2026-03-01Z');
    INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage,
                          created_at, updated_at)
    SELECT '00000000-0000-7000-8000-000000000004', kind, '00000000-0000-7000-8000-000000000003', period_start, period_end, amount_cents, currency,
           status, collection, next_attempt_at, usage, created_at, updated_at FROM invoices)");
  second = InvoiceId::parse("00000000-0000-7000-8000-000000000004");
  provider.answer = Unreachable{};
  charge_all(begin(true));
  EXPECT_EQ(provider.asked.size(), 2U);
  EXPECT_EQ(value("SELECT count(*)::text FROM payments WHERE failure_code = 'unreachable' AND claimed_until IS NULL"), "2");
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
