#include "core/documents/documents.hpp"

#include <gtest/gtest.h>

#include "core/documents/testing.hpp"

// The examples of the rules, in June 2026 unless they say otherwise.
namespace billing {
namespace {

using namespace test;

TEST(Documents, base_fee_and_overage_go_on_one_invoice_in_arrears) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  EXPECT_EQ(user.roll("2026-07-01"), "invoice 2026-06-01: base 4900 usage:api_calls 2000\n");
  EXPECT_EQ(user.last.invoices[0].amount, usd(6900));
}

TEST(Documents, generating_twice_bills_nothing_twice) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-10"), "invoice 2026-06-01: base 4900 usage:api_calls 2000\n");
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-10"), "");
  user.pay_all();
  EXPECT_EQ(user.roll("2026-07-01"), "");
}

TEST(Documents, in_advance_the_base_is_billed_on_the_first_day_and_a_change_bills_the_rest) {
  auto user = on(in_advance(pro_version()));
  EXPECT_EQ(user.run(RunKind::start, "2026-06-01"), "invoice 2026-06-01: base 4900\n");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::change_now, "2026-06-11"), "invoice 2026-06-01: base 10000\n");
  EXPECT_EQ(user.books.back().lines[0].sequence, 1);
}

TEST(Documents, a_roll_over_bills_the_base_in_advance_and_the_usage_of_what_ended) {
  auto user = on(in_advance(pro_version()));
  user.run(RunKind::start, "2026-06-01");
  user.use("2026-06-10", 120'000);
  user.use("2026-07-01", 500'000);
  EXPECT_EQ(user.roll("2026-07-01"), "invoice 2026-07-01: usage:api_calls 2000 base 4900\n");
}

TEST(Documents, of_a_base_not_over_a_run_charges_the_days_in_advance_and_a_generate_all_of_it) {
  auto user = on(pro_v1());
  EXPECT_EQ(user.run(RunKind::start, "2026-06-01"), "");
  user.lives[0] = changed(user.lives[0], to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::change_now, "2026-06-11"), "invoice 2026-06-01: base 13267\n");
  user.pay_all();
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-11"), "invoice 2026-06-01: base 1633\n");
}

TEST(Documents, lines_of_a_void_invoice_are_billed_again_with_the_next_sequence) {
  auto user = on(pro_v1());
  user.run(RunKind::generate, "2026-06-02");
  user.make_void(user.books[0]);
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-02"), "invoice 2026-06-01: base 4900\n");
  EXPECT_EQ(user.books.back().lines[0].sequence, 1);
}

TEST(Documents, free_usage_makes_a_zero_line_beside_another_and_no_invoice_alone) {
  auto user = on(pro_v1());
  user.use("2026-06-02", 10);
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-02"), "invoice 2026-06-01: base 4900 usage:api_calls 0\n");
  user.pay_all();
  user.use("2026-06-03", 10);
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-03"), "");
}

/// Of everything, for ever.
Discount ten_percent() {
  return {.id = {},
          .coupon = "ten",
          .off = percent("10"),
          .items = {},
          .periods = {},
          .from = day("2026-06-01"),
          .after = {},
          .deleted_on = {}};
}

TEST(Documents, with_a_discount_an_upgrade_in_advance_bills_its_discounted_share) {
  auto user = on(in_advance(pro_version()));
  user.lives[0].discounts = {ten_percent()};
  EXPECT_EQ(user.run(RunKind::start, "2026-06-01"), "invoice 2026-06-01: base 4410\n");
  EXPECT_EQ(user.last.invoices[0].lines[0].discount, usd(490));
  EXPECT_EQ(user.last.invoices[0].lines[0].description, "Pro: 2026-06-01 to 2026-06-30, less USD 4.90 by ten");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::change_now, "2026-06-11"), "invoice 2026-06-01: base 9000\n");
  EXPECT_EQ(user.last.invoices[0].lines[0].discount, usd(1000));
}

TEST(Documents, usage_that_comes_bit_by_bit_is_discounted_as_a_whole) {
  auto version = pro_version();
  version.amount = usd(0);
  version.charges = {per_unit("api_calls", "0.01")};
  auto user = on(shared(version));
  user.lives[0].discounts = {ten_percent()};
  std::vector<std::string> lines;
  for (const auto* on : {"2026-06-02", "2026-06-03", "2026-06-04"}) {
    user.use(on, 33);
    lines.push_back(user.run(RunKind::generate, on));
    user.pay_all();
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"invoice 2026-06-01: usage:api_calls 30\n", "invoice 2026-06-01: usage:api_calls 29\n",
                                             "invoice 2026-06-01: usage:api_calls 30\n"}));
}

TEST(Documents, subscriptions_of_one_period_and_currency_share_an_invoice_others_do_not) {
  User user{
      .lives = {begun(pro_v1(), "2026-06-01", 1), begun(flat("basic", 1900), "2026-06-01", 2), begun(flat("other", 900), "2026-06-03", 3)}};
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-03"), "invoice 2026-06-01: base 4900 base 1900\ninvoice 2026-06-03: base 900\n");
}

TEST(Documents, a_scheduled_subscription_owes_nothing) {
  auto wish = to(in_advance(pro_version()));
  wish.starts_on = day("2026-07-01");
  User user{.lives = {subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value()}};
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-01"), "");
  EXPECT_EQ(user.run(RunKind::start, "2026-07-01"), "invoice 2026-07-01: base 4900\n");
  user.lives[0] = cancel_now(subscribe(subscription_id(1), wish, {}, day("2026-06-01")).value(), true, day("2026-06-02")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-07-05"), "");
}

TEST(Documents, another_interval_now_bills_the_period_that_it_cut) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.lives[0] = changed(user.lives[0], to_plan(with_interval(ent_version(), IntervalUnit::year)), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::roll_over, "2026-06-11"), "invoice 2026-06-01: base 1633 usage:api_calls 2000\n");
}

TEST(Documents, a_period_that_was_replaced_keeps_its_lines) {
  auto user = on(in_advance(pro_version()));
  user.run(RunKind::start, "2026-06-01");
  user.pay_all();
  auto yearly = ent_version();
  yearly.interval = {IntervalUnit::year, 1};
  user.lives[0] = changed(user.lives[0], to_plan(in_advance(yearly)), "2026-06-01");
  EXPECT_EQ(user.run(RunKind::roll_over, "2026-06-01"), "invoice 2026-06-01: base 15000\n");
}

TEST(Documents, two_cancels_and_subscribes_on_one_day_bill_each_day_and_call_once) {
  auto user = on(flat("basic", 3000));
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-15")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-15", 0), "invoice 2026-06-01: base 1500\n");
  user.lives.push_back(subscribe(subscription_id(2), to(flat("basic", 3000)), user.lives, day("2026-06-15")).value());
  EXPECT_EQ(user.lives[1].started_on, day("2026-06-16"));
  user.lives[1] = cancel_now(user.lives[1], true, day("2026-06-15")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-15", 1), "");
  EXPECT_EQ(subscribe(subscription_id(3), to(flat("basic", 3000)), user.lives, day("2026-06-15"))->started_on, day("2026-06-16"));
}

TEST(Documents, a_sum_beyond_64_bits_is_refused_and_names_the_subscription) {
  auto user = on(pro_v1());
  user.use("2026-06-10", int128_max);
  try {
    user.run(RunKind::generate, "2026-06-10");
    FAIL() << "nothing was thrown";
  } catch (const Overflow& error) {
    EXPECT_EQ(std::string{error.what()}, "subscription " + subscription_id(1).text() + ": usage:api_calls: the usage does not fit 64 bits");
  }
  User two{.lives = {begun(flat("a", int64_max), "2026-06-01", 1), begun(flat("b", int64_max), "2026-06-01", 2)}};
  EXPECT_THROW(two.run(RunKind::generate, "2026-06-10"), Overflow);
}

}  // namespace
}  // namespace billing
