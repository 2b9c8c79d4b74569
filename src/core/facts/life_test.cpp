#include "core/facts/life.hpp"

#include <gtest/gtest.h>

#include "core/facts/cancel.hpp"
#include "core/facts/pause.hpp"
#include "core/facts/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(Life, the_status_is_the_first_that_holds) {
  auto wish = to(pro_v1());
  wish.starts_on = day("2026-06-05");
  wish.trial_days = 10;
  auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value();
  life = pause(life, day("2026-06-12"), day("2026-06-09")).value();
  EXPECT_EQ(status_on(life, day("2026-06-04"), true), LifeStatus::scheduled);
  EXPECT_EQ(status_on(life, day("2026-06-05"), true), LifeStatus::trialing);
  EXPECT_EQ(status_on(life, day("2026-06-10"), true), LifeStatus::paused);
  EXPECT_EQ(status_on(life, day("2026-06-12"), true), LifeStatus::trialing);
  EXPECT_EQ(status_on(life, day("2026-06-15"), true), LifeStatus::past_due);
  EXPECT_EQ(status_on(life, day("2026-06-15"), false), LifeStatus::active);
  EXPECT_EQ(status_on(cancel_now(life, true, day("2026-06-10")).value(), day("2026-06-10"), true), LifeStatus::canceled);
}

TEST(Life, statuses_are_written_as_they_are_read) {
  for (const auto status :
       {LifeStatus::canceled, LifeStatus::scheduled, LifeStatus::paused, LifeStatus::trialing, LifeStatus::past_due, LifeStatus::active}) {
    EXPECT_EQ(parse_life_status(to_text(status)), status);
  }
  EXPECT_EQ(parse_life_status("live"), std::nullopt);
  EXPECT_EQ(parse_bill_in(to_text(BillIn::advance)), BillIn::advance);
  EXPECT_EQ(parse_bill_in("later"), std::nullopt);
}

TEST(Life, overrides_replace_the_base_fee_and_replace_or_add_charges_by_metric) {
  const Term term{day("2026-06-01"), pro_v1(), 1, {3900, {per_unit("api_calls", "0.0001"), per_unit("emails", "0.01")}}, ""};
  EXPECT_EQ(fee_of(term), usd(3900));
  EXPECT_EQ(*charge_of(term, "api_calls"), per_unit("api_calls", "0.0001"));
  EXPECT_EQ(*charge_of(term, "emails"), per_unit("emails", "0.01"));
  EXPECT_EQ(charge_of(term, "storage"), nullptr);
  EXPECT_EQ(charged_metrics(term), (std::vector<std::string>{"api_calls", "emails"}));
}

TEST(Life, pending_is_the_next_term_that_has_not_begun) {
  auto life = changed(begun(pro_v1(), "2026-06-01"), to_quantity(2, day("2026-06-10")), "2026-06-05");
  life = changed(life, to_plan(ent_v1(), ChangeAt::period_end), "2026-06-05");
  EXPECT_EQ(pending_term(life, day("2026-06-09"))->from, day("2026-06-10"));
  EXPECT_EQ(pending_term(life, day("2026-06-10"))->from, day("2026-07-01"));
  EXPECT_EQ(pending_term(life, day("2026-07-01")), nullptr);
  // What a cancel at the period's end leaves no day for is not pending.
  EXPECT_EQ(pending_term(cancel_at_period_end(life, day("2026-06-10")).value(), day("2026-06-10")), nullptr);
}

}  // namespace
}  // namespace billing
