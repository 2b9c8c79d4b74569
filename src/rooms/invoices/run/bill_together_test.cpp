#include "rooms/invoices/run/bill_together.hpp"

#include <gtest/gtest.h>

#include "platform/observe/metrics.hpp"
#include "platform/postgres/testing/test_database.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/test_support.hpp"
#include "rooms/invoices/testing.hpp"

namespace billing::invoices {
namespace {

using test::customer;
using test::customers_in_january;
using test::refuse_invoices_of;

class BillTogether : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  BillTogether() { execute(customers_in_january(12)); }

  static UserId user(int n) { return *UserId::parse(customer(n)); }

  /// All of them ask at the same time; the numbers of those who were refused.
  std::vector<int> ask(const std::vector<UserId>& users) {
    std::vector<int> refused;
    reactor.block_on([](BillTogether& self, const std::vector<UserId>& askers, std::vector<int>& failed) -> Task<void> {
      TaskGroup group;
      for (std::size_t n = 0; n < askers.size(); ++n) group.spawn(self.ask_alone(askers[n], static_cast<int>(n), failed));
      co_await group.join();
    }(*this, users, refused));
    return refused;
  }
  Task<void> ask_alone(UserId id, int number, std::vector<int>& refused) {
    Context context{*pool, clock, queue, redis, metrics, "test", "anonymous"};
    try {
      co_await bill_together(context, id);
    } catch (const pg::StatementError&) {
      refused.push_back(number);
    }
  }
  static std::vector<UserId> all() {
    std::vector<UserId> users;
    for (int n = 0; n < 12; ++n) users.push_back(user(n));
    return users;
  }

  redis::Client redis{reactor, {.url = redis::test::redis_url()}};
  queue::Queue queue{reactor, redis, "billing:test:jobs"};
  Metrics metrics;
  SimulatedClock clock{*parse_instant("2026-01-15T12:00:00Z")};
};

TEST_F(BillTogether, those_who_ask_while_others_are_billed_share_the_next_transaction) {
  EXPECT_TRUE(ask(all()).empty());
  EXPECT_EQ(value("SELECT count(*)::text FROM invoices"), "12");
  // Two lead at a time: the first two alone, and then the ten who had gathered.
  EXPECT_LE(std::stoi(value("SELECT count(DISTINCT xmin::text)::text FROM invoices")), 4);
}

TEST_F(BillTogether, whoever_is_refused_is_told_and_spoils_it_for_nobody) {
  execute(refuse_invoices_of(6));
  EXPECT_EQ(ask(all()), std::vector{6});
  EXPECT_EQ(value("SELECT count(*)::text FROM invoices"), "11");
}

TEST_F(BillTogether, many_for_one_user_make_one_invoice) {
  EXPECT_TRUE(ask(std::vector(20, user(3))).empty());
  EXPECT_EQ(value("SELECT count(*)::text FROM invoices"), "1");
}

}  // namespace
}  // namespace billing::invoices
