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

Instant start_of(std::string_view text) { return Instant{day(text)}; }

TEST(Notices, a_term_is_told_of_on_its_day_once_however_late_one_looks) {
  auto life = begun(pro_v1(), "2026-06-01");
  life = changed(life, to_quantity(2, day("2026-06-11")), "2026-06-01");
  life = changed(life, to_quantity(3, day("2026-06-20")), "2026-06-01");
  using enum Notice;
  EXPECT_EQ(notices(life, start_of("2026-06-10"), day("2026-06-10")), std::vector<Notice>{});
  EXPECT_EQ(notices(life, start_of("2026-06-10"), day("2026-06-11")), std::vector{term_begun});
  EXPECT_EQ(notices(life, start_of("2026-06-11"), day("2026-06-19")), std::vector<Notice>{});
  EXPECT_EQ(notices(life, start_of("2026-06-01"), day("2026-06-30")), (std::vector{term_begun, term_begun}));
  const auto canceled = cancel_now(life, true, day("2026-06-12")).value();
  EXPECT_EQ(notices(canceled, start_of("2026-06-12"), day("2026-06-30")), std::vector<Notice>{});
}

TEST(Notices, a_trial_is_told_of_three_days_before_its_end_or_at_its_start_and_not_once_it_is_over) {
  auto wish = to(pro_v1());
  wish.trial_days = 10;
  const auto life = subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value();
  EXPECT_EQ(trial_notice_on(life), day("2026-06-08"));
  EXPECT_EQ(notices(life, start_of("2026-06-01"), day("2026-06-08")), std::vector{Notice::trial_ending});
  EXPECT_EQ(notices(life, start_of("2026-06-08"), day("2026-06-09")), std::vector<Notice>{});
  EXPECT_EQ(notices(life, start_of("2026-06-01"), day("2026-06-11")), std::vector<Notice>{});
  wish.trial_days = 2;
  EXPECT_EQ(trial_notice_on(subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value()), day("2026-06-01"));
  EXPECT_EQ(trial_notice_on(begun(pro_v1(), "2026-06-01")), std::nullopt);
  EXPECT_EQ(trial_notice_on(cancel_at_period_end(life, day("2026-06-02")).value()), std::nullopt);
}

}  // namespace
}  // namespace billing
