#include <gtest/gtest.h>

#include "core/billing/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(DecideBilling, base_fee_and_overage_go_on_one_invoice) {
  const auto to = pro();
  const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"api_calls", 120'000}})})}, {}));
  EXPECT_EQ(invoice.period, january);
  EXPECT_EQ(invoice.amount, usd(6900));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, 4900}, {"api_calls", 120'000, 2000}}));
  EXPECT_EQ(invoice.usage, (std::map<std::string, std::int64_t>{{"api_calls", 120'000}}));
  EXPECT_EQ(invoice.lines.at(0).plan_code, "pro");
  EXPECT_EQ(invoice.lines.at(0).subscription_id, subscription_id(1));
  EXPECT_EQ(invoice.lines.at(0).description, "Pro: 2026-01-01 to 2026-01-31");
  EXPECT_EQ(invoice.lines.at(1).description, "api_calls: 120,000 units, 100,000 included");
  EXPECT_EQ(invoice.lines.at(1).period, january);
}

TEST(DecideBilling, generating_twice_bills_nothing_twice) {
  const auto to = pro();
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 120'000}})})};
  enter(books, only(decide_billing(books, {})));
  const auto again = decide_billing(books, {});
  EXPECT_TRUE(again.invoices.empty());
  EXPECT_TRUE(again.unbilled.empty());
}

TEST(DecideBilling, usage_after_an_invoice_is_billed_on_the_next) {
  const auto to = pro();
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 120'000}})})};
  enter(books, only(decide_billing(books, {})));
  books[0].periods[0].usage["api_calls"] = 150'000;
  const auto second = only(decide_billing(books, {}));
  EXPECT_EQ(lines_of(second), (Lines{{"api_calls", 30'000, 3000}}));
  EXPECT_EQ(second.usage.at("api_calls"), 30'000);
  EXPECT_EQ(second.lines.at(0).description, "api_calls: 30,000 more units, 150,000 in all, 100,000 included, less USD 20.00 billed before");
  EXPECT_EQ(usage_why(second.lines.at(0)).rating.amount, decimal("50"));
  EXPECT_EQ(usage_why(second.lines.at(0)).earlier_billed, decimal("20"));
}

TEST(DecideBilling, an_event_after_its_periods_close_is_billed_on_a_line_that_names_the_earlier_period) {
  const auto to = plan(usd(4900), {per_unit("api_calls", "0.01")});
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 1000}})})};
  enter(books, only(decide_billing(books, {})));
  books[0].periods[0].usage["api_calls"] = 1200;
  books[0].periods.push_back(facts(february, {{"api_calls", 50}}));
  books[0].invoice_period = february;
  const auto invoice = only(decide_billing(books, {}));
  EXPECT_EQ(invoice.period, february);
  EXPECT_EQ(lines_of(invoice), (Lines{{"api_calls", 200, 200}, {"base", 1, 4900}, {"api_calls", 50, 50}}));
  EXPECT_EQ(invoice.lines.at(0).period, january);
  EXPECT_EQ(invoice.lines.at(0).description,
            "api_calls: 200 more units, 1,200 in all, less USD 10.00 billed before, for 2026-01-01 to 2026-01-31");
  EXPECT_EQ(invoice.usage.at("api_calls"), 250);
}

TEST(DecideBilling, a_period_with_no_difference_makes_no_line) {
  const auto free = plan(usd(0), {per_unit("api_calls", "0.01")});
  const auto decision = decide_billing({subscribed(free, {facts(january)})}, {});
  EXPECT_TRUE(decision.invoices.empty());
  EXPECT_TRUE(decision.unbilled.empty());
  EXPECT_TRUE(decide_billing({}, {}).invoices.empty());
}

TEST(DecideBilling, a_metric_without_a_charge_bills_nothing) {
  const auto to = pro();
  const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"emails", int128_max}, {"api_calls", 1}})})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, 4900}, {"api_calls", 1, 0}}));
  EXPECT_FALSE(invoice.usage.contains("emails"));
}

TEST(DecideBilling, free_usage_makes_a_zero_line_beside_another_line) {
  const auto to = pro();
  const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"api_calls", 40'000}})})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, 4900}, {"api_calls", 40'000, 0}}));
  EXPECT_EQ(invoice.amount, usd(4900));
  EXPECT_EQ(invoice.lines.at(1).description, "api_calls: 40,000 units, 100,000 included");
}

TEST(DecideBilling, free_usage_alone_makes_no_invoice) {
  const auto to = pro();
  auto of = facts(january, {{"api_calls", 40'000}});
  of.base = {4900, 1};
  const auto decision = decide_billing({subscribed(to, {of})}, {});
  EXPECT_TRUE(decision.invoices.empty());
  EXPECT_TRUE(decision.unbilled.empty());
}

TEST(DecideBilling, a_line_is_rounded_once) {
  const struct {
    std::string_view price;
    std::int64_t quantity;
    std::int64_t amount;
    std::string_view rounding;
  } table[] = {
      {"0.001", 5, 1, "0.005"}, {"0.001", 14, 1, "-0.004"}, {"0.001", 15, 2, "0.005"}, {"0.333333333333", 3, 100, "0.000000000001"}};
  for (const auto& row : table) {
    const auto to = plan(usd(0), {per_unit("api_calls", row.price)});
    const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"api_calls", row.quantity}})})}, {}));
    EXPECT_EQ(invoice.amount, usd(row.amount)) << row.quantity << " at " << row.price;
    EXPECT_EQ(usage_why(invoice.lines.at(0)).rounding, decimal(row.rounding));
  }
}

TEST(DecideBilling, a_total_adds_rounded_lines) {
  const auto to = plan(usd(0), {per_unit("a", "0.005"), per_unit("b", "0.005")});
  const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"a", 1}, {"b", 1}})})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"a", 1, 1}, {"b", 1, 1}}));
  EXPECT_EQ(invoice.amount, usd(2));
}

TEST(DecideBilling, rounding_is_not_repeated_from_invoice_to_invoice) {
  const auto to = plan(usd(0), {per_unit("api_calls", "0.004")});
  std::vector books{subscribed(to, {facts(january)})};
  Amounts billed;
  for (std::int64_t total = 1; total <= 10; ++total) {
    books[0].periods[0].usage["api_calls"] = total;
    const auto decision = decide_billing(books, {});
    billed.push_back(decision.invoices.empty() ? 0 : only(decision).amount.minor());
    for (const auto& invoice : decision.invoices) enter(books, invoice);
  }
  EXPECT_EQ(billed, (Amounts{0, 1, 0, 1, 0, 0, 1, 0, 1, 0})) << "10 × 0.004 is 4 cents, not 0 and not 10";
}

TEST(DecideBilling, amounts_are_in_the_currencys_minor_unit) {
  const struct {
    std::string_view code;
    std::int64_t base, usage;
  } table[] = {{"JPY", 500, 2}, {"USD", 500, 150}, {"KWD", 500, 1500}, {"CLF", 500, 15000}};
  for (const auto& row : table) {
    const auto to = plan(money(500, row.code), {per_unit("api_calls", "0.5")});
    const auto invoice = only(decide_billing({subscribed(to, {facts(january, {{"api_calls", 3}})})}, {}));
    EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, row.base}, {"api_calls", 3, row.usage}})) << row.code;
    EXPECT_EQ(invoice.currency, currency(row.code));
  }
}

TEST(DecideBilling, a_trial_owes_nothing) {
  const auto to = plan(usd(4900), {per_unit("api_calls", "1")});
  auto trial = facts(january, {{"api_calls", int128_max}});
  trial.trial = true;
  EXPECT_TRUE(decide_billing({subscribed(to, {trial})}, {}).invoices.empty());
  EXPECT_TRUE(decide_billing({subscribed(to, {trial})}, {}).unbilled.empty());
  const auto invoice = only(decide_billing({subscribed(to, {trial, facts(february)})}, {}));
  EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, 4900}})) << "no zero line for the trial's usage";
}

TEST(DecideBilling, a_period_cut_short_owes_its_share_of_the_base_fee_and_all_of_its_usage) {
  const struct {
    std::string_view start, end;
    std::int64_t full_days, amount;
    std::string_view description;
  } table[] = {
      {"2026-01-01", "2026-01-02", 31, 158, "Pro: 2026-01-01, 1 of 31 days"},                  // 158.06
      {"2026-01-01", "2026-01-18", 31, 2687, "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days"},  // 2687.10
      {"2026-01-01", "2026-01-31", 31, 4742, "Pro: 2026-01-01 to 2026-01-30, 30 of 31 days"},  // 4741.94
      {"2026-01-01", "2026-02-01", 31, 4900, "Pro: 2026-01-01 to 2026-01-31"},
      {"2026-02-28", "2026-03-02", 31, 316, "Pro: 2026-02-28 to 2026-03-01, 2 of 31 days"},    // 316.13
      {"2028-02-01", "2028-02-16", 29, 2534, "Pro: 2028-02-01 to 2028-02-15, 15 of 29 days"},  // 2534.48
  };
  const auto to = plan(usd(4900), {per_unit("api_calls", "0.10")});
  for (const auto& row : table) {
    auto of = facts(period(row.start, row.end), {{"api_calls", 30}});
    of.full_days = row.full_days;
    const auto invoice = only(decide_billing({subscribed(to, {of})}, {}));
    EXPECT_EQ(lines_of(invoice), (Lines{{"base", 1, row.amount}, {"api_calls", 30, 300}})) << row.description;
    EXPECT_EQ(invoice.lines.at(0).description, row.description);
    EXPECT_EQ(base_why(invoice.lines.at(0)), (BaseExplanation{decimal("49"), of.period.days(), row.full_days, {}, {}}));
  }
}

TEST(DecideBilling, lines_of_a_voided_invoice_are_billed_again) {
  const auto to = pro();
  std::vector books{subscribed(to, {facts(january, {{"api_calls", 120'000}})})};
  const auto first = only(decide_billing(books, {}));
  enter(books, first);
  books[0].periods[0].usage["api_calls"] = 150'000;
  const auto second = only(decide_billing(books, {}));
  enter(books, second);
  enter(books, first, true);
  const auto third = only(decide_billing(books, {}));
  EXPECT_EQ(lines_of(third), (Lines{{"base", 1, 4900}, {"api_calls", 120'000, 2000}}));
  EXPECT_EQ(third.lines.at(1).description, "api_calls: 120,000 more units, 150,000 in all, 100,000 included, less USD 30.00 billed before");
}

TEST(DecideBilling, lines_are_in_the_order_of_periods_base_before_usage_metrics_by_name) {
  const auto to = plan(usd(100), {per_unit("z", "1"), per_unit("b", "1"), per_unit("a_", "1")});
  const std::map<std::string, Int128> usage{{"z", 1}, {"b", 1}, {"a_", 1}};
  const auto invoice = only(decide_billing({subscribed(to, {facts(january, usage), facts(february, usage)})}, {}));
  std::vector<std::string> order;
  for (const auto& line : invoice.lines) order.push_back(to_text(line.period.start) + ' ' + line.metric);
  EXPECT_EQ(order, (std::vector<std::string>{"2026-01-01 ", "2026-01-01 a_", "2026-01-01 b", "2026-01-01 z", "2026-02-01 ", "2026-02-01 a_",
                                             "2026-02-01 b", "2026-02-01 z"}));
}

TEST(DecideBilling, every_line_explains_itself) {
  const Charge charge{"api_calls", 100, Graduated{{{1000, decimal("0.0105"), decimal("5")}, {std::nullopt, decimal("0.005"), {}}}}};
  const auto to = plan(usd(0), {charge});
  auto of = facts(january, {{"api_calls", 1101}});  // 1000 × 0.0105 + 5, 1 × 0.005: 15.505
  of.billed_usage["api_calls"] = {700, 300};
  const auto invoice = only(decide_billing({subscribed(to, {of})}, {}));
  EXPECT_EQ(invoice.amount, usd(851));
  const auto& why = usage_why(invoice.lines.at(0));
  EXPECT_EQ(why.model, "graduated");
  EXPECT_EQ(why.rating, rate(charge, 1101));
  EXPECT_EQ(why.rating.amount, decimal("15.505"));
  EXPECT_EQ(why.rounding, decimal("0.005"));
  EXPECT_EQ(why.earlier_billed, decimal("7"));
  EXPECT_EQ(why.deferred, Decimal{});
}

}  // namespace
}  // namespace billing
