#include <gtest/gtest.h>

#include "core/documents/documents.hpp"
#include "core/documents/testing.hpp"

// What waits for another invoice, and one-off items, which find their place beside it.
namespace billing {
namespace {

using namespace test;

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

TEST(Documents, the_run_that_ends_the_last_subscription_of_a_currency_bills_its_items_even_alone) {
  auto user = on(flat("free", 0));
  user.lives.push_back(begun(flat("other", 0), "2026-06-01", 2));
  user.conditions.items = {item(15)};
  user.conditions.smallest = {{"USD", 50}};
  user.lives[0] = cancel_now(user.lives[0], true, day("2026-06-10")).value();
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-10", 0), "");  // another goes on
  user.lives[1] = cancel_now(user.lives[1], true, day("2026-06-10")).value();
  auto others = user;
  EXPECT_EQ(user.run(RunKind::cancel_now, "2026-06-10", 1), "invoice 2026-06-10: item 15 one_off\n");
  others.conditions.items = {{ItemId{}, "in euros", Money{15, *Currency::parse("EUR")}}};
  EXPECT_EQ(others.run(RunKind::cancel_now, "2026-06-10", 1), "");
  EXPECT_EQ(others.run(RunKind::none, "2026-06-12"), "");
}

TEST(Documents, an_item_comes_to_its_quantity_times_its_unit_price_rounded_once) {
  const auto amount = [](std::int64_t quantity, const char* price, const char* currency) {
    return item_amount(quantity, *Decimal::parse_price(price), *Currency::parse(currency)).minor();
  };
  EXPECT_EQ(amount(3, "250", "USD"), 75'000);
  EXPECT_EQ(amount(3, "0.333", "USD"), 100);
  EXPECT_EQ(amount(1, "0.005", "USD"), 1);
  EXPECT_EQ(amount(1, "0.0049", "USD"), 0);
  EXPECT_EQ(amount(1000, "0.0015", "JPY"), 2);
  EXPECT_EQ(amount(7, "1.0005", "KWD"), 7004);
  EXPECT_THROW(amount(int64_max, "1", "USD"), Overflow);
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

}  // namespace
}  // namespace billing
