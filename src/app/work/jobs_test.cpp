#include "app/work/jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/postgres/testing/test_database.hpp"
#include "platform/redis/test_support.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/invoices/testing.hpp"

namespace billing::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using invoices::test::customer;
using invoices::test::customers_in_january;
using invoices::test::refuse_invoices_of;

const std::string ann = customer(0);
const std::string bob = customer(1);

class Jobs : public ::testing::Test, public pg::test::FreshDatabase {
 public:
  Jobs() {
    execute(customers_in_january(2));
    shared.config.database_url = url();
    shared.config.redis_url = redis::test::redis_url();
    shared.clock = std::make_unique<SimulatedClock>(*parse_instant("2026-02-01T12:00:00Z"));
    shared.installation = "test";
    app = std::make_unique<App>(shared, "billing-test");
  }
  ~Jobs() override {
    app->reactor.block_on(app->db.close());
    app->reactor.block_on(app->background.close());
    app->redis.close();
  }

  void run(std::string_view job, std::vector<std::string> ids) {
    app->reactor.block_on(run_job(*app, "worker", std::string{job}, std::move(ids)));
  }
  std::string invoices_of(const std::string& user) { return value("SELECT count(*)::text FROM invoices WHERE user_id = '" + user + "'"); }
  std::string told() { return shared.metrics.render(); }

  Shared shared;
  std::unique_ptr<App> app;
};

TEST_F(Jobs, a_ring_is_billed_and_the_same_ring_again_finds_nothing_due) {
  run(bill_users_job, {ann, bob});
  run(bill_users_job, {ann, bob});
  EXPECT_EQ(invoices_of(ann), "1");
  EXPECT_EQ(invoices_of(bob), "1");
  EXPECT_THAT(told(), HasSubstr(R"(billing_jobs_total{job="bill_users",outcome="done"} 2)"));
}

TEST_F(Jobs, a_user_whom_the_database_refuses_is_put_off_with_an_error_and_the_others_of_the_ring_are_billed) {
  execute(refuse_invoices_of(0));
  run(bill_users_job, {ann, bob});
  EXPECT_EQ(invoices_of(ann), "0");
  EXPECT_EQ(invoices_of(bob), "1");
  const auto of_ann = " FROM subscriptions WHERE user_id = '" + ann + "'";
  EXPECT_THAT(value("SELECT billing_error" + of_ann), HasSubstr("the database refused the invoice"));
  EXPECT_EQ(value("SELECT (due_at > '2026-02-01T12:00Z')::text" + of_ann), "true");
  execute("DROP TRIGGER broken ON invoices");
  shared.clock = std::make_unique<SimulatedClock>(*parse_instant("2026-02-02T00:00:00Z"));
  run(bill_users_job, {ann});
  EXPECT_EQ(invoices_of(ann), "1");
  EXPECT_EQ(value("SELECT coalesce(billing_error, 'none')" + of_ann), "none");
}

TEST_F(Jobs, what_is_no_id_is_passed_over_and_the_rest_of_its_ring_is_attempted) {
  run(bill_users_job, {ann});
  const auto invoice = value("SELECT id::text FROM invoices");
  run(invoices::attempt_payments_job, {"nonsense", invoice, "00000000-0000-7000-8000-0000000000ff"});
  EXPECT_EQ(value("SELECT status::text FROM invoices"), "paid");
}

TEST_F(Jobs, one_that_fails_is_counted_as_failed_and_one_that_nobody_knows_is_left_alone) {
  execute("ALTER TABLE idempotency_keys RENAME TO elsewhere");
  run(prune_job, {"expired"});
  run("of a newer version", {ann});
  EXPECT_THAT(told(), HasSubstr(R"(billing_jobs_total{job="prune_idempotency_keys",outcome="failed"} 1)"));
  EXPECT_THAT(told(), Not(HasSubstr("of a newer version")));
}

}  // namespace
}  // namespace billing::app
