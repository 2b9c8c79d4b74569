#include "core/documents/documents.hpp"

#include <gtest/gtest.h>

#include "core/documents/testing.hpp"

// The examples of the rules, in June 2026 unless they say otherwise.
namespace billing {
namespace {

using namespace test;

User on(PlanVersionPtr version, std::string_view start = "2026-06-01") { return {.lives = {begun(std::move(version), start)}}; }

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

TEST(Documents, a_plan_without_the_metric_from_the_periods_start_takes_its_usage_off) {
  auto user = on(pro_v1());
  user.use("2026-06-02", 120'000);
  user.run(RunKind::generate, "2026-06-02");
  user.pay_all();
  user.lives[0] = changed(user.lives[0], to_plan(flat("basic", 5900), ChangeAt::period_start), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-11"), "invoice 2026-06-01: base 1000 usage:api_calls -1000\nnote 1000\n");
}

TEST(Documents, beside_an_open_invoice_charges_wait_and_credits_do_not) {
  auto user = on(in_advance(pro_version()));
  user.run(RunKind::start, "2026-06-01");
  user.lives[0] = changed(user.lives[0], to_plan(in_advance(ent_version())), "2026-06-11");
  EXPECT_EQ(user.run(RunKind::change_now, "2026-06-11"), "waiting base 10000\n");
  EXPECT_TRUE(user.last.waiting.at(0).beside_open);
  user.pay_all();
  EXPECT_EQ(user.run(RunKind::roll_over, "2026-06-12"), "invoice 2026-06-01: base 10000\n");
}

TEST(Documents, below_the_smallest_invoice_charges_wait_and_add_up) {
  auto user = on(flat("small", 30));
  user.conditions.smallest = {{"USD", 50}};
  EXPECT_EQ(user.roll("2026-07-01"), "waiting base 30\n");
  EXPECT_FALSE(user.last.waiting.at(0).beside_open);
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: base 30 base 30\n");
}

TEST(Documents, a_final_run_bills_however_little) {
  auto user = on(flat("small", 30));
  user.conditions.smallest = {{"USD", 50}};
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-30")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-30"), "invoice 2026-06-01: base 30\n");
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

OneOffItem item(std::int64_t cents, std::uint8_t id = 1) {
  ItemId::Bytes bytes{};
  bytes.back() = id;
  return {.id = ItemId{bytes}, .description = "Setup", .amount = usd(cents)};
}

TEST(Documents, items_go_on_the_first_invoice_of_their_currency_after_its_lines) {
  auto user = on(pro_v1());
  user.conditions.items = {item(1500), item(500, 2)};
  user.conditions.rates = {rate("de", "19")};
  EXPECT_EQ(user.roll("2026-07-01"), "invoice 2026-06-01: base 4900 item 1500 item 500\n");
  EXPECT_EQ(user.last.invoices[0].total(), usd(8211));
  EXPECT_EQ(user.last.invoices[0].tax.lines, (std::vector<std::int64_t>{931, 285, 95}));
}

TEST(Documents, a_generate_that_has_only_items_makes_an_invoice_of_them_and_a_roll_over_does_not) {
  auto user = on(flat("free", 0));
  user.conditions.items = {item(1500)};
  EXPECT_EQ(user.roll("2026-07-01"), "");
  EXPECT_EQ(user.run(RunKind::generate, "2026-07-02"), "invoice 2026-07-02: item 1500 one_off\n");
  EXPECT_EQ(user.run(RunKind::generate, "2026-07-02"), "");
}

TEST(Documents, items_beside_an_open_invoice_are_billed_alone_by_a_generate) {
  auto user = on(pro_v1());
  user.run(RunKind::generate, "2026-06-02");
  user.use("2026-06-03", 120'000);
  user.conditions.items = {item(1500)};
  EXPECT_EQ(user.run(RunKind::generate, "2026-06-03"), "invoice 2026-06-03: item 1500 one_off\nwaiting usage:api_calls 2000\n");
}

TEST(Documents, an_item_bill_now_has_an_invoice_of_its_own) {
  const auto invoice = invoice_of(item(1000), {rate("de", "19")}, day("2026-06-10"));
  EXPECT_TRUE(invoice.one_off);
  EXPECT_EQ(invoice.period, period("2026-06-10", "2026-06-11"));
  EXPECT_EQ(invoice.total(), usd(1190));
}

TEST(Documents, what_is_taken_back_comes_off_items_too) {
  auto user = on(pro_v1());
  user.use("2026-06-10", 120'000);
  user.roll("2026-07-01");
  user.pay_all();
  user.usage[0].quantity = 0;
  user.lives[0] = changed(user.lives[0], to_overrides({0, {}}, ChangeAt::period_start), "2026-07-02");
  user.use("2026-07-02", 100'100);
  user.conditions.items = {item(1500)};
  EXPECT_EQ(user.roll("2026-08-01"), "invoice 2026-07-01: usage:api_calls -1510 usage:api_calls 10 item 1500\nnote 490\n");
}

TEST(Documents, the_smallest_invoice_counts_items_and_no_tax) {
  auto user = on(flat("small", 30));
  user.conditions.smallest = {{"USD", 50}};
  user.conditions.rates = {rate("high", "100")};
  user.conditions.items = {item(19)};
  EXPECT_EQ(user.roll("2026-07-01"), "waiting base 30\n");  // 0.49 before tax, 0.98 with it
  EXPECT_EQ(user.run(RunKind::generate, "2026-07-01"), "invoice 2026-07-01: base 30 base 30 item 19\n");
  user.conditions.items = {item(49, 2)};
  EXPECT_EQ(user.run(RunKind::generate, "2026-07-02"), "");
  auto inclusive = ent_version();
  inclusive.amount = usd(98);
  inclusive.tax_inclusive = true;
  auto other = on(shared(inclusive));
  other.conditions = {.rates = {rate("high", "100")}, .smallest = {{"USD", 50}}};
  EXPECT_EQ(other.roll("2026-07-01"), "waiting base 98\n");
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
