#include <gtest/gtest.h>

#include "core/documents/documents.hpp"
#include "core/documents/testing.hpp"

// What is taken back: credited, or taken off an invoice. In June 2026 unless they say otherwise.
namespace billing {
namespace {

using namespace test;

TEST(Documents, a_run_takes_back_only_what_exceeds_the_whole_base_owed) {
  auto user = on(in_advance(ent_version()));
  user.run(RunKind::start, "2026-06-01");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(pro_v1()), "2026-06-11");  // in arrears: its days have no share in advance
  EXPECT_EQ(user.run(RunKind::change_now, "2026-06-11"), "note 10000\n");   // 199.00 − (199.00 × 10 + 49.00 × 20) ÷ 30
}

TEST(Documents, a_cancel_credits_what_is_due) {
  auto user = on(pro_v1(), "2026-01-01");
  user.run(RunKind::generate, "2026-01-02");
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-01-10")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-01-10"), "note 3319\n");
  EXPECT_EQ(user.books[0].due, usd(1581));
  EXPECT_EQ(user.run(RunKind::generate, "2026-01-10"), "");
}

TEST(Documents, a_cancel_gives_back_what_was_paid) {
  auto user = on(pro_v1(), "2026-01-01");
  user.run(RunKind::generate, "2026-01-02");
  user.pay_all();
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-01-10")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-01-10"), "note 3319\n");
}

TEST(Documents, a_cancel_gives_back_to_the_card_where_it_says_so) {
  auto user = on(pro_v1(), "2026-01-01");
  user.run(RunKind::generate, "2026-01-02");
  user.pay_all();
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-01-10")).value();
  user.lives[0].end->refund = true;
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-01-10"), "note 3319 refund 3319\n");
}

TEST(Documents, what_is_corrected_after_such_a_cancel_goes_back_to_the_card_too_and_nothing_before_it_has_come) {
  auto user = on(pro_v1());
  user.use("2026-06-05", 120'000);
  user.run(RunKind::generate, "2026-06-06");
  user.pay_all();
  user.lives[0] = cancel_at_period_end(user.lives[0], day("2026-06-10")).value();
  user.lives[0].end->refund = true;
  user.usage[0].quantity = 110'000;
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-10"), "note 1000\n");
  user.usage[0].quantity = 100'000;
  EXPECT_EQ(user.run(RunKind::roll_over, "2026-07-01"), "note 1000 refund 1000\n");
}

TEST(Documents, the_tax_on_top_of_what_goes_back_to_the_card_goes_with_it) {
  auto user = on(pro_v1(), "2026-01-01");
  user.conditions.rates = {rate("de", "19")};
  user.run(RunKind::generate, "2026-01-02");
  user.pay_all();
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-01-10")).value();
  user.lives[0].end->refund = true;
  user.run(RunKind::cancel_now, "2026-01-10");
  ASSERT_EQ(user.last.notes.size(), 1U);
  EXPECT_EQ(user.last.notes[0].refund, user.last.notes[0].total());
  EXPECT_EQ(user.last.notes[0].total(), usd(3319 + 631));
}

TEST(Documents, what_was_forgiven_is_neither_billed_again_nor_credited_again) {
  auto user = on(pro_v1());
  user.run(RunKind::generate, "2026-06-01");
  user.forgive(user.books[0]);
  user.use("2026-06-05", 120'000);
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-10")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-10"), "invoice 2026-06-01: usage:api_calls 2000\n");
}

TEST(Documents, a_correction_of_usage_comes_off_the_next_invoice) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.roll("2026-07-01");
  user.pay_all();
  user.usage[0].quantity = 93'000;
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: usage:api_calls -2000 base 4900\n");
}

TEST(Documents, of_an_invoice_still_due_a_correction_is_credited_first) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.roll("2026-07-01");
  user.usage[0].quantity = 93'000;
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: base 4900\nnote 2000\n");
}

TEST(Documents, what_does_not_fit_on_the_invoice_is_credited_at_once) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 200'000);
  user.roll("2026-07-01");
  user.pay_all();
  user.usage[0].quantity = 0;
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: usage:api_calls -4900 base 4900\nnote 5100\n");
  EXPECT_EQ(user.last.invoices[0].amount, usd(0));
}

TEST(Documents, a_note_credits_the_newest_lines_first_one_note_an_invoice) {
  auto user = on(pro_v1());
  user.use("2026-06-02", 120'000);
  user.run(RunKind::generate, "2026-06-02");
  user.pay_all();
  user.use("2026-06-03", 30'000);
  user.run(RunKind::generate, "2026-06-03");
  user.pay_all();
  user.usage.clear();
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-15")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-15"), "note 4450\nnote 3000\n");  // 24.50 of base and 20.00 of usage on the older one
  EXPECT_EQ(user.last.notes[0].invoice, user.books[0].id);
  EXPECT_EQ(user.last.notes[0].lines.size(), 2U);
}

TEST(Documents, what_a_line_due_does_not_have_left_is_credited_on_older_ones) {
  auto user = on(pro_v1());
  user.use("2026-06-02", 130'000);
  user.run(RunKind::generate, "2026-06-02");
  user.pay_all();
  user.use("2026-06-03", 20'000);
  user.run(RunKind::generate, "2026-06-03");
  user.usage = {};
  user.use("2026-06-02", 110'000);
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-04"), "note 2000\nnote 2000\n");
  EXPECT_TRUE(user.books[1].due.is_zero());
}

TEST(Documents, late_usage_moves_the_minimum_as_much_down_as_it_goes_up) {
  auto version = pro_version();
  version.minimum = 10000;
  auto user = on(shared(version));
  EXPECT_EQ(user.roll("2026-07-01"), "invoice 2026-06-01: base 4900 minimum 5100\n");
  user.pay_all();
  user.use("2026-06-30", 115'000);
  EXPECT_EQ(user.run(RunKind::generate, "2026-07-02"), "invoice 2026-07-01: usage:api_calls 1500 minimum -1500 base 4900\n");
}

TEST(Documents, a_minimum_that_the_facts_forget_once_its_period_is_over_is_taken_back) {
  auto version = pro_version();
  version.minimum = 10000;
  auto user = on(shared(version));
  EXPECT_EQ(user.roll("2026-07-01"), "invoice 2026-06-01: base 4900 minimum 5100\n");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(flat("basic", 5900), day("2026-06-01")), "2026-07-02");
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: base 1000 minimum -5100 base 5900\n");
}

TEST(Documents, a_plan_without_the_metric_from_the_periods_start_takes_its_usage_off) {
  auto user = on(pro_v1());
  user.use("2026-06-02", 120'000);
  user.run(RunKind::generate, "2026-06-02");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(flat("basic", 5900), ChangeAt::period_start), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-11"), "invoice 2026-06-01: base 1000 usage:api_calls -1000\nnote 1000\n");
}

TEST(Documents, what_is_taxed_in_another_way_is_credited_and_not_taken_off) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.conditions.rates = {rate("old", "0")};
  user.roll("2026-07-01");
  user.pay_all();
  user.usage[0].quantity = 0;
  user.conditions.rates = {rate("new", "0")};
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: base 4900\nnote 2000\n");
}

TEST(Documents, inclusive_prices_are_taken_off_inclusive_ones_only) {
  auto gross = ent_version();
  gross.tax_inclusive = true;
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.lives[0] = changed(user.lives[0], to_plan(shared(gross), ChangeAt::period_end), "2026-06-11");
  user.roll("2026-07-01");
  user.pay_all();
  user.usage[0].quantity = 0;
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: base 19900\nnote 2000\n");
}

TEST(Documents, a_correction_note_gives_its_share_of_the_tax_back) {
  auto user = on(pro_v1());
  user.conditions.rates = {rate("de", "19")};
  user.run(RunKind::generate, "2026-06-02");
  user.pay_all();
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-10")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-10"), "note 3267\n");
  EXPECT_EQ(user.last.notes[0].total(), usd(3888));  // 6.2073
  EXPECT_EQ(user.last.notes[0].tax.subtotal, usd(3267));
}

}  // namespace
}  // namespace billing
