#include "rooms/paper/explain.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "rooms/paper/stored.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {
namespace {

using Said = std::vector<std::string>;
const Currency usd = *Currency::parse("USD");

TEST(Explained, a_whole_period_at_the_plain_fee_needs_no_words) {
  EXPECT_EQ(
      explained(R"({"amount":"49","days":30,"of_days":30,"segments":[{"from":"2026-06-01","until":"2026-07-01","days":30,"paused_days":0,
                      "plan_code":"pro","quantity":1,"fee":"49","overridden":false}],"owed":"49","earlier_billed":"0"})",
                usd),
      Said{});
}

TEST(Explained, a_base_of_several_terms_says_each_and_what_was_billed_before) {
  EXPECT_EQ(explained(R"({"of_days":30,"segments":[
                        {"from":"2026-06-01","until":"2026-06-11","days":10,"paused_days":2,"plan_code":"pro","quantity":3,"fee":"49","overridden":false},
                        {"from":"2026-06-11","until":"2026-07-01","days":20,"paused_days":0,"plan_code":"ent","quantity":1,"fee":"199","overridden":true,"reason":"contract"}],
                      "owed":"171.87","earlier_billed":"49"})",
                      usd),
            (Said{"June 1 – 10, 2026 on pro: 49.00 × 3 × 8 ÷ 30 days",
                  "June 11 – 30, 2026 on ent: 199.00 × 20 ÷ 30 days, at a price of your own (contract)", "Together 171.87",
                  "Billed before: 49.00"}));
}

TEST(Explained, usage_says_its_steps) {
  EXPECT_EQ(
      explained(
          R"({"model":"graduated","total_quantity":121500,"included":100000,"billable":21500,"rounding":"0.005","earlier_billed":"-3","steps":[
                        {"from":1,"up_to":1000,"quantity":1000,"unit_price":"0.01","flat_price":"5","amount":"15"},
                        {"from":1001,"up_to":null,"quantity":20500,"unit_price":"0.005","flat_price":"0","amount":"102.5"}],"segments":[{}]})",
          usd),
      (Said{"121,500 used, 100,000 included: 21,500 to pay for", "Units 100,001 to 101,000: 1,000 × 0.01 + 5.00 = 15.00",
            "Units 101,001 to 121,500: 20,500 × 0.005 = 102.50", "Rounding 0.005", "Credited before: 3.00"}));
  EXPECT_EQ(
      explained(
          R"({"model":"package","included":0,"steps":[{"quantity":3,"unit_price":"2.5","flat_price":"0","amount":"7.5"}],"earlier_billed":"0"})",
          usd),
      Said{"3 packages × 2.50 = 7.50"});
}

TEST(Explained, usage_over_several_terms_says_what_each_rated) {
  EXPECT_EQ(explained(R"({"steps":[],"rounding":"0","earlier_billed":"0","segments":[
                        {"from":"2026-06-01","until":"2026-06-11","plan_code":"ent","count_before":0,"count_after":500000,"amount":"0"},
                        {"from":"2026-06-11","until":"2026-07-01","plan_code":"pro","count_before":500000,"count_after":550000,"amount":"50"}]})",
                      usd),
            (Said{"June 1 – 10, 2026 on ent: units 1 to 500,000 = 0.00", "June 11 – 30, 2026 on pro: units 500,001 to 550,000 = 50.00"}));
}

TEST(Explained, a_minimum_says_what_it_counted) {
  EXPECT_EQ(explained(R"({"required":"333.33","counted":"240","of_days":30,"segments":[],"earlier_billed":"0"})", usd),
            Said{"At least 333.33 is owed for the period; base fee and usage come to 240.00"});
}

TEST(Explained, an_item_says_how_many_at_which_price) {
  EXPECT_EQ(
      explained(R"({"quantity":3,"unit_price":"25.002","amount":"75.006","rounding":"0.004","owed":"75.01","earlier_billed":"0"})", usd),
      (Said{"3 × 25.002 = 75.006", "Rounding 0.004"}));
  EXPECT_EQ(explained(R"({"quantity":1,"unit_price":null,"amount":"15","rounding":"0","owed":"15","earlier_billed":"0"})", usd), Said{});
}

TEST(Explained, each_discount_says_what_it_took) {
  EXPECT_EQ(explained(R"({"earlier_billed":"0","discounts":[{"coupon":"WELCOME","percent":"10","available":null,"taken":"4.9"},
                        {"coupon":"FIVER","percent":null,"available":"5","taken":"5"},{"coupon":"LATE","percent":null,"available":"0","taken":"0"}]})",
                      usd),
            (Said{"10 % off with WELCOME: −4.90", "Off with FIVER: −5.00"}));
}

TEST(Explained, a_credit_note_s_line_says_what_is_owed_now) { EXPECT_EQ(explained(R"({"owed":"15.81"})", usd), Said{"Owed now: 15.81"}); }

TEST(Explained, nothing_is_said_of_what_is_not_known) {
  for (const auto* text : {"", "[]", "not json", R"({"steps":3,"segments":[1,null]})", R"({"of_days":"x","segments":{}})"})
    EXPECT_EQ(explained(text, usd), Said{}) << text;
}

TEST(Stored, an_address_is_written_as_its_country_does) {
  const auto lines = [](std::string_view address) {
    return stored_party(R"({"name":null,"address":)" + std::string{address} + "}").address;
  };
  EXPECT_EQ(lines(R"({"line1":"Torstraße 140","line2":null,"city":"Berlin","state":null,"postal_code":"10119","country":"DE"})"),
            (Said{"Torstraße 140", "10119 Berlin", "DE"}));
  EXPECT_EQ(lines(R"({"line1":"350 Fifth Avenue","line2":"Floor 21","city":"New York","state":"NY","postal_code":"10118","country":"US"})"),
            (Said{"350 Fifth Avenue", "Floor 21", "New York, NY 10118", "US"}));
  EXPECT_EQ(lines(R"({"country":"FR"})"), Said{"FR"});
  EXPECT_EQ(lines("null"), Said{});
}

TEST(Stored, taxes_are_read_as_they_were_written) {
  const auto taxes = stored_taxes(R"([{"code":"de19","name":"VAT","percent":"19","inclusive":true,"net_cents":5710,"tax_cents":1085}])");
  ASSERT_EQ(taxes.size(), 1);
  EXPECT_EQ(taxes[0].name, "VAT");
  EXPECT_EQ(taxes[0].percent, "19");
  EXPECT_TRUE(taxes[0].inclusive);
  EXPECT_EQ(taxes[0].net_cents, 5710);
  EXPECT_EQ(taxes[0].tax_cents, 1085);
  EXPECT_TRUE(stored_taxes("[]").empty());
}

TEST(Stored, who_is_not_taxed_is_told_why) {
  EXPECT_EQ(no_tax_reason(R"({"tax_status":"taxable"})"), "");
  EXPECT_EQ(no_tax_reason(R"({"tax_status":"reverse_charge"})"), "Reverse charge: the customer accounts for the tax.");
  EXPECT_EQ(no_tax_reason("{}"), "");
}

TEST(Words, days_amounts_and_counts_are_written_for_a_reader) {
  const auto& words = words_of("en");
  const auto period = [&words](const char* from, const char* to) { return period_text({*parse_date(from), *parse_date(to)}, words); };
  EXPECT_EQ(day_text(*parse_date("2026-06-01"), words), "June 1, 2026");
  EXPECT_EQ(period("2026-06-01", "2026-07-01"), "June 1 – 30, 2026");
  EXPECT_EQ(period("2026-06-15", "2026-07-15"), "June 15 – July 14, 2026");
  EXPECT_EQ(period("2026-12-15", "2027-01-15"), "December 15, 2026 – January 14, 2027");
  EXPECT_EQ(period("2026-06-01", "2026-06-02"), "June 1, 2026");
  EXPECT_EQ(amount_text(123456789, usd), "1,234,567.89");
  EXPECT_EQ(amount_text(-5, usd), "−0.05");
  EXPECT_EQ(amount_text(std::numeric_limits<std::int64_t>::min(), usd), "−92,233,720,368,547,758.08");
  EXPECT_EQ(amount_text(1234, *Currency::parse("JPY")), "1,234");
  EXPECT_EQ(price_text(100, *Currency::parse("EUR")), "EUR 1.00");
  EXPECT_EQ(fill("Page {} of {}", "1", "3"), "Page 1 of 3");
}

}  // namespace
}  // namespace billing::paper
