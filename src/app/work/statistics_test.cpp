#include "app/work/statistics.hpp"

#include <gtest/gtest.h>

#include "platform/postgres/testing/test_database.hpp"
#include "rooms/invoices/collecting.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/payments/store.hpp"

namespace billing::app {
namespace {

constexpr const char* ten_thousand_invoices = R"(
  INSERT INTO plans (code, name, currency, active, version, created_at, updated_at) VALUES ('pro', 'Pro', 'USD', true, 1, '2026-01-01Z', '2026-01-01Z');
  INSERT INTO plan_versions VALUES ('pro', 1, 4900, 'month', 1, 0, 'arrears', false, 0, '2026-01-01Z');
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  SELECT md5('user ' || n)::uuid, n || '@example.com', n || '@example.com', '2026-01-01Z', '2026-01-01Z' FROM generate_series(1, 10000) n;
  INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, current_period_start, current_period_end, anchor, due_at, created_at, updated_at)
  SELECT md5('subscription ' || n)::uuid, md5('user ' || n)::uuid, 'pro', 'active', '2026-01-01', '2026-02-01', '2026-03-01', '2026-01-01', '2026-03-01Z',
         '2026-01-01Z', '2026-01-01Z'
  FROM generate_series(1, 10000) n;
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage, created_at,
                        updated_at)
  SELECT md5('invoice ' || n)::uuid, 'subscription', md5('user ' || n)::uuid, '2026-01-01', '2026-02-01', 4900, 'USD', 'open', 'pending',
         '2026-02-01Z', '{}', '2026-02-01Z', '2026-02-01Z'
  FROM generate_series(1, 10000) n;
  INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, subscription_id, plan_code, version, period_start, period_end,
                             quantity, amount_cents, description, explanation)
  SELECT md5('line ' || n)::uuid, md5('invoice ' || n)::uuid, md5('user ' || n)::uuid, 0, 'base', 'base', 0, md5('subscription ' || n)::uuid, 'pro', 1,
         '2026-01-01', '2026-02-01', 1, 4900, 'base fee', '{}'
  FROM generate_series(1, 10000) n;
  INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, attempted_at, created_at,
                        updated_at)
  SELECT md5('payment ' || n)::uuid, md5('invoice ' || n)::uuid, md5('user ' || n)::uuid, n, 'scheduled', 'stub', 4900, 'USD', 'failed',
         '2026-02-01Z', '2026-02-01Z', '2026-02-01Z'
  FROM generate_series(1, 10000) n)";

constexpr pg::Statement first_twenty{"SELECT md5('invoice ' || n)::uuid FROM generate_series(1, 20) n"};
// Of this transaction, so that nobody else's are counted and nothing has to be waited for.
constexpr pg::Statement read_in_passing{"SELECT coalesce(sum(seq_tup_read), 0)::bigint FROM pg_stat_xact_user_tables"};
constexpr pg::Statement analyze_empty{"ANALYZE"};

/// What a ring of payments asks for.
Task<void> look_up(pg::Transaction& tx, const std::vector<InvoiceId>& ids) {
  co_await payments::lock_payables(tx, ids);
  co_await invoices::subscriptions_freed_by(tx, ids);
  co_await invoices::active_subscriptions_on(tx, ids);
}

Task<std::int64_t> rows_gone_through(pg::Pool& pool, const std::vector<InvoiceId>& ids) {
  auto tx = co_await pool.begin();
  const auto before = (co_await tx.query(read_in_passing))[0].integer(0);
  co_await look_up(tx, ids);
  const auto after = (co_await tx.query(read_in_passing))[0].integer(0);
  co_await tx.end_unchanged();
  co_return after - before;
}

/// Plans made while the tables are empty, on a connection that stays open while they fill.
class Growth : public ::testing::TestWithParam<bool>, public pg::test::FreshDatabase {
 public:
  Growth() : FreshDatabase({.url = {}, .transaction_connections = 1, .one_plan = true}) {}  // as jobs have it

  Task<std::vector<InvoiceId>> ids() {
    std::vector<InvoiceId> found;
    for (const auto row : co_await pool->query(first_twenty)) found.push_back(*InvoiceId::parse(row.text(0)));
    co_return found;
  }
};

TEST_P(Growth, a_plan_that_was_made_while_the_tables_were_empty_goes_through_no_table_once_they_are_full) {
  reactor.block_on([](Growth& self, bool seen_empty) -> Task<void> {
    if (seen_empty) co_await self.pool->query(analyze_empty);
    const auto ids = co_await self.ids();
    for (int i = 0; i < 10; ++i) co_await rows_gone_through(*self.pool, ids);  // PostgreSQL keeps a plan from the sixth time on

    self.execute(std::string{"SET LOCAL session_replication_role = replica; "} + ten_thousand_invoices);
    co_await analyze_what_has_grown(*self.pool);
    EXPECT_LT(co_await rows_gone_through(*self.pool, ids), 100);
  }(*this, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Tables, Growth, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "that_had_been_analyzed" : "that_had_not"; });

}  // namespace
}  // namespace billing::app
