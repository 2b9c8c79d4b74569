#include <gtest/gtest.h>

#include "core/billing/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(DecideBilling, a_cancel_gives_back_what_was_billed_too_much) {
  const auto to = plan(usd(4900), {per_unit("api_calls", "0.10")});
  auto of = facts(january);
  of.base = {4900, 1};
  of.period.end = day("2026-01-18");
  of.usage["api_calls"] = 300;  // 30.00 to charge, 22.13 to give back
  const auto invoice = only(decide_billing({subscribed(to, {of})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, -2213}, {"api_calls", 300, 3000}}));
  EXPECT_EQ(invoice.amount, usd(787));
  EXPECT_EQ(invoice.lines.at(0).description, "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days, less USD 49.00 billed before");
}

TEST(DecideBilling, what_of_a_credit_does_not_fit_waits_for_a_later_invoice) {
  const auto to = plan(usd(4900), {per_unit("api_calls", "0.10")});
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 200}})})};
  books[0].periods[0].base = {4900, 1};
  books[0].periods[0].period.end = day("2026-01-18");
  const auto first = decide_billing(books, {});
  EXPECT_EQ(lines_of(only(first)), (Lines{{"base", 1, -2000}, {"api_calls", 200, 2000}}));
  EXPECT_EQ(only(first).amount, usd(0));
  EXPECT_EQ(base_why(only(first).lines.at(0)).deferred, decimal("-2.13"));
  EXPECT_EQ(unbilled_amounts(first), (Amounts{-213}));
  EXPECT_EQ(only(first).lines.at(0).description,
            "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days, less USD 49.00 billed before, USD 2.13 of the credit kept for a later invoice");

  enter(books, only(first));
  EXPECT_TRUE(decide_billing(books, {}).invoices.empty()) << "a credit alone makes no invoice";
  EXPECT_EQ(unbilled_amounts(decide_billing(books, {})), (Amounts{-213}));

  books[0].periods[0].usage["api_calls"] = 250;
  const auto second = decide_billing(books, {});
  EXPECT_EQ(lines_of(only(second)), (Lines{{"base", 1, -213}, {"api_calls", 50, 500}}));
  EXPECT_EQ(only(second).amount, usd(287));
  EXPECT_TRUE(second.unbilled.empty());
}

TEST(DecideBilling, a_volume_price_that_falls_makes_a_negative_line) {
  const Charge falling{"api_calls", 0, Volume{{{100, decimal("1"), {}}, {std::nullopt, decimal("0.50"), {}}}}};
  const auto to = plan(usd(0), {falling, per_unit("emails", "1")});
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 100}})})};
  enter(books, only(decide_billing(books, {})));

  books[0].periods[0].usage["api_calls"] = 120;  // 60.00 instead of 100.00
  const auto nothing_to_charge = decide_billing(books, {});
  EXPECT_TRUE(nothing_to_charge.invoices.empty());
  EXPECT_EQ(unbilled_amounts(nothing_to_charge), (Amounts{-4000}));

  books[0].periods[0].usage["emails"] = 15;
  const auto decision = decide_billing(books, {});
  EXPECT_EQ(lines_of(only(decision)), (Lines{{"api_calls", 20, -1500}, {"emails", 15, 1500}}));
  EXPECT_EQ(usage_why(only(decision).lines.at(0)).deferred, decimal("-25"));
  EXPECT_EQ(unbilled_amounts(decision), (Amounts{-2500}));

  enter(books, only(decision));
  books[0].periods[0].usage["emails"] = 100;
  const auto last = only(decide_billing(books, {}));
  EXPECT_EQ(lines_of(last), (Lines{{"api_calls", 0, -2500}, {"emails", 85, 8500}}));
  EXPECT_EQ(last.lines.at(0).description, "api_calls: correction for 120 units, less USD 85.00 billed before");
}

TEST(DecideBilling, credits_are_taken_in_line_order) {
  const auto to = plan(usd(0), {per_unit("a", "1"), per_unit("b", "1"), per_unit("c", "1"), per_unit("d", "1")});
  auto of = facts(january, {{"a", 0}, {"b", 7}, {"c", 0}});
  of.billed_usage = {{"a", {500, 5}}, {"c", {300, 3}}, {"d", {100, 1}}};
  const auto decision = decide_billing({subscribed(to, {of})}, {});
  EXPECT_EQ(lines_of(only(decision)), (Lines{{"a", 0, -500}, {"b", 7, 700}, {"c", 0, -200}})) << "nothing is left for d";
  EXPECT_EQ(only(decision).amount, usd(0));
  EXPECT_EQ(unbilled_amounts(decision), (Amounts{-200}));
}

TEST(DecideBilling, usage_of_a_credit_that_does_not_fit_at_all_is_covered_later) {
  const Charge falling{"b", 0, Volume{{{10, decimal("1"), {}}, {std::nullopt, decimal("0.10"), {}}}}};
  const auto to = plan(usd(0), {per_unit("a", "1"), falling, per_unit("c", "1")});
  std::vector books{subscribed(to, {facts(january, {{"b", 20}, {"c", 3}})})};
  books[0].periods[0].billed_usage = {{"a", {900, 9}}, {"b", {1000, 10}}};
  const auto first = only(decide_billing(books, {}));
  EXPECT_EQ(lines_of(first), (Lines{{"a", 0, -300}, {"c", 3, 300}}));
  enter(books, first);
  books[0].periods[0].usage["c"] = 30;
  EXPECT_EQ(lines_of(only(decide_billing(books, {}))), (Lines{{"a", 0, -600}, {"b", 10, -800}, {"c", 27, 2700}}));
}

TEST(DecideBilling, usage_that_is_gone_is_given_back) {
  const auto to = pro();
  auto of = facts(january);
  of.billed_usage["api_calls"] = {2000, 120'000};
  const auto invoice = only(decide_billing({subscribed(to, {of})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, 4900}, {"api_calls", 0, -2000}}));
  EXPECT_EQ(invoice.usage.at("api_calls"), 0);
}

TEST(DecideBilling, subscriptions_of_one_period_and_currency_share_an_invoice) {
  const auto one = plan(usd(1000), {per_unit("a", "1")});
  const auto other = plan(usd(500), {per_unit("a", "2")});
  const auto decision =
      decide_billing({subscribed(one, {facts(january, {{"a", 1}})}, 2), subscribed(other, {facts(january, {{"a", 1}})}, 1)}, {});
  EXPECT_EQ(lines_of(only(decision)), (Lines{{"base", 1, 1000}, {"a", 1, 100}, {"base", 1, 500}, {"a", 1, 200}}));
  EXPECT_EQ(only(decision).lines.at(2).subscription_id, subscription_id(1));
  EXPECT_EQ(only(decision).usage.at("a"), 2);
}

TEST(DecideBilling, other_periods_and_currencies_make_invoices_of_their_own) {
  const auto dollars = plan(usd(1000));
  const auto euros = plan(money(900, "EUR"));
  const auto decision = decide_billing(
      {subscribed(dollars, {facts(february)}, 1), subscribed(dollars, {facts(january)}, 2), subscribed(euros, {facts(january)}, 3)}, {});
  ASSERT_EQ(decision.invoices.size(), 3U);
  const InvoiceKey keys[] = {{january, currency("EUR")}, {january, currency("USD")}, {february, currency("USD")}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((InvoiceKey{decision.invoices[i].period, decision.invoices[i].currency}), keys[i]) << i;
  }
}

TEST(DecideBilling, a_credit_counts_against_its_own_invoice_only) {
  const auto dollars = plan(usd(1000));
  const auto euros = plan(money(900, "EUR"));
  auto overpaid = facts(january);
  overpaid.base = {1500, 1};
  const auto decision = decide_billing({subscribed(dollars, {overpaid}, 1), subscribed(euros, {facts(january)}, 2)}, {});
  EXPECT_EQ(only(decision).amount, money(900, "EUR"));
  EXPECT_EQ(unbilled_amounts(decision), (Amounts{-500}));
}

TEST(DecideBilling, beside_an_open_invoice_everything_waits) {
  const auto to = pro();
  const auto euros = plan(money(900, "EUR"));
  const std::vector books{subscribed(to, {facts(january, {{"api_calls", 120'000}}), facts(february)}, 1),
                          subscribed(euros, {facts(february)}, 2), subscribed(to, {facts(january, {{"api_calls", 5}})}, 3)};
  const auto decision = decide_billing(books, {{february, currency("USD")}, {january, currency("EUR")}});
  ASSERT_EQ(decision.invoices.size(), 2U);
  EXPECT_EQ(decision.invoices[0].period, january);
  EXPECT_EQ(decision.invoices[1].currency, currency("EUR"));
  ASSERT_EQ(unbilled_amounts(decision), (Amounts{6900, 4900}));
  EXPECT_EQ(decision.unbilled[0].subscription_id, subscription_id(1));
  EXPECT_EQ(decision.unbilled[0].period, january);
  EXPECT_EQ(decision.unbilled[1].period, february);
}

TEST(DecideBilling, a_charge_and_a_credit_that_cancel_are_still_unbilled) {
  const auto to = plan(usd(1000), {per_unit("a", "1")});
  auto of = facts(january);
  of.billed_usage["a"] = {1000, 10};
  const auto decision = decide_billing({subscribed(to, {of})}, {{january, currency("USD")}});
  EXPECT_TRUE(decision.invoices.empty());
  EXPECT_EQ(unbilled_amounts(decision), (Amounts{0}));
}

void expect_overflow(const Plan& to, const PeriodFacts& of, const std::string& says) {
  try {
    decide_billing({subscribed(to, {of})}, {});
    ADD_FAILURE() << "no overflow; expected " << says;
  } catch (const Overflow& error) {
    EXPECT_NE(std::string{error.what()}.find(says), std::string::npos) << error.what();
  }
}

TEST(DecideBilling, a_sum_beyond_64_bits_is_refused) {
  const auto cheap = plan(usd(0), {per_unit("a", "0.000000000001")});
  EXPECT_EQ(only(decide_billing({subscribed(cheap, {facts(january, {{"a", int64_max}})})}, {})).amount, usd(922'337'204));
  expect_overflow(cheap, facts(january, {{"a", Int128{int64_max} + 1}}), "a of the period from 2026-01-01: the usage does not fit 64 bits");
  expect_overflow(plan(usd(0), {per_unit("a", "1")}), facts(january, {{"a", int64_max}}), "an amount of money does not fit 64 bits");
  auto credited = facts(january);
  credited.base = {-1, 1};
  expect_overflow(plan(usd(int64_max)), credited, "subscription 00000000-0000-0000-0000-000000000001, base fee of the period");
  expect_overflow(plan(usd(int64_max), {per_unit("a", "1")}), facts(january, {{"a", 1}}), "an invoice's total does not fit 64 bits");
}

TEST(DecideBilling, the_usage_of_an_invoice_beyond_64_bits_is_refused) {
  const auto to = plan(usd(1), {per_unit("a", "0")});
  const std::map<std::string, Int128> usage{{"a", int64_max}};
  EXPECT_THROW(decide_billing({subscribed(to, {facts(january, usage), facts(february, usage)})}, {}), Overflow);
}

TEST(DecideBilling, an_unbilled_sum_beyond_64_bits_is_refused) {
  const auto to = plan(usd(int64_max), {per_unit("a", "1")});
  EXPECT_THROW(decide_billing({subscribed(to, {facts(january, {{"a", 1}})})}, {{january, currency("USD")}}), Overflow);
}

TEST(DecideBilling, charges_and_credits_that_fit_together_are_no_overflow) {
  const auto to = plan(usd(int64_max), {per_unit("a", "1"), per_unit("b", "1")});
  auto of = facts(january, {{"a", 1}});
  of.billed_usage["b"] = {100, 1};
  const auto invoice = only(decide_billing({subscribed(to, {of})}, {}));
  EXPECT_EQ(invoice.amount, usd(int64_max));
}

TEST(DecideBilling, a_credit_of_any_size_is_split_to_fit) {
  const auto to = plan(usd(100), {per_unit("a", "1")});
  auto of = facts(january);
  of.billed_usage["a"] = {int64_max, 1};
  const auto decision = decide_billing({subscribed(to, {of})}, {});
  EXPECT_EQ(lines_of(only(decision)), (Lines{{"base", 1, 100}, {"a", 0, -100}}));
  EXPECT_EQ(unbilled_amounts(decision), (Amounts{-(int64_max - 100)}));
}

}  // namespace
}  // namespace billing
