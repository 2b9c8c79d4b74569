#include "core/billing/invoice.hpp"

#include <gtest/gtest.h>

#include "core/billing/line_description.hpp"
#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

TEST(Invoice, statuses_have_one_name_everywhere) {
  for (const auto* text : {"open", "paid", "void"}) EXPECT_EQ(to_text(parse_invoice_status(text).value()), text);
  for (const auto* text : {"", "void_", "Open", "draft"}) EXPECT_FALSE(parse_invoice_status(text)) << text;
  for (const auto* text : {"pending", "retrying", "uncollected", "done"}) EXPECT_EQ(to_text(parse_collection(text).value()), text);
  for (const auto* text : {"", "Done", "open"}) EXPECT_FALSE(parse_collection(text)) << text;
  for (const auto* text : {"base", "usage"}) EXPECT_EQ(to_text(parse_line_kind(text).value()), text);
  for (const auto* text : {"", "Base", "discount"}) EXPECT_FALSE(parse_line_kind(text)) << text;
}

constexpr auto january_days = 31;

std::string base_description(Period of, BaseExplanation why, const Plan& on = plan(usd(4900))) {
  const LineDraft line{subscription_id(1), on.code, LineKind::base, "", of, 1, usd(0), "", why};
  return line_description(line, on, of);
}

TEST(Invoice, a_base_line_names_the_plan_and_its_days_with_the_last_one_included) {
  EXPECT_EQ(base_description(period("2026-01-31", "2026-02-28"), {decimal("49"), 28, 28, {}, {}}), "Pro: 2026-01-31 to 2026-02-27");
  EXPECT_EQ(base_description(period("2026-01-31", "2026-02-01"), {decimal("49"), 1, 1, {}, {}}), "Pro: 2026-01-31");
  auto nameless = plan(usd(4900));
  nameless.name = "";
  EXPECT_EQ(base_description(period("2026-01-01", "2026-01-03"), {decimal("49"), 2, 2, {}, {}}, nameless), "pro: 2026-01-01 to 2026-01-02");
}

TEST(Invoice, a_prorated_base_line_says_how_many_of_how_many_days) {
  EXPECT_EQ(base_description(period("2026-01-01", "2026-01-18"), {decimal("49"), 17, january_days, {}, {}}),
            "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days");
}

TEST(Invoice, a_line_says_what_was_billed_or_credited_before_and_what_waits) {
  const auto seventeen = period("2026-01-01", "2026-01-18");
  EXPECT_EQ(base_description(seventeen, {decimal("49"), 17, january_days, decimal("49"), {}}),
            "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days, less USD 49.00 billed before");
  EXPECT_EQ(base_description(seventeen, {decimal("49"), 17, january_days, decimal("49"), decimal("-2.13")}),
            "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days, less USD 49.00 billed before, USD 2.13 of the credit kept for a later invoice");
  EXPECT_EQ(base_description(seventeen, {decimal("49"), 17, january_days, decimal("-20"), {}}),
            "Pro: 2026-01-01 to 2026-01-17, 17 of 31 days, plus USD 20.00 credited before");
}

std::string usage_description(std::int64_t newly, std::int64_t total, std::int64_t included = 0,
                              Period of = period("2026-02-01", "2026-03-01"), Decimal earlier = {}) {
  const UsageExplanation why{"per_unit", rate(per_unit("api_calls", "0.001", included), total), {}, earlier, {}};
  const LineDraft line{subscription_id(1), "pro", LineKind::usage, "api_calls", of, newly, usd(0), "", why};
  return line_description(line, plan(usd(4900)), period("2026-02-01", "2026-03-01"));
}

TEST(Invoice, a_usage_line_names_its_units_and_those_included) {
  EXPECT_EQ(usage_description(120'000, 120'000, 100'000), "api_calls: 120,000 units, 100,000 included");
  EXPECT_EQ(usage_description(120'000, 120'000), "api_calls: 120,000 units");
  EXPECT_EQ(usage_description(999, 999), "api_calls: 999 units");
  EXPECT_EQ(usage_description(1'000, 1'000), "api_calls: 1,000 units");
  EXPECT_EQ(usage_description(9'007'199'254'740'991, 9'007'199'254'740'991), "api_calls: 9,007,199,254,740,991 units");
  EXPECT_EQ(usage_description(1, 1), "api_calls: 1 unit");
}

TEST(Invoice, a_later_usage_line_says_what_is_new) {
  EXPECT_EQ(usage_description(30'000, 150'000, 100'000, period("2026-02-01", "2026-03-01"), decimal("20")),
            "api_calls: 30,000 more units, 150,000 in all, 100,000 included, less USD 20.00 billed before");
  EXPECT_EQ(usage_description(1, 2), "api_calls: 1 more unit, 2 in all");
  EXPECT_EQ(usage_description(1, 2, 0, period("2026-02-01", "2026-03-01"), decimal("1234567.5")),
            "api_calls: 1 more unit, 2 in all, less USD 1,234,567.50 billed before");
  EXPECT_EQ(usage_description(0, 120, 0, period("2026-02-01", "2026-03-01"), decimal("100")),
            "api_calls: correction for 120 units, less USD 100.00 billed before");
}

TEST(Invoice, a_usage_line_of_an_earlier_period_names_that_period) {
  EXPECT_EQ(usage_description(500, 500, 0, period("2026-01-01", "2026-02-01")), "api_calls: 500 units, for 2026-01-01 to 2026-01-31");
  EXPECT_EQ(usage_description(500, 500, 0, period("2026-01-31", "2026-02-01")), "api_calls: 500 units, for 2026-01-31");
}

}  // namespace
}  // namespace billing
