#include "core/documents/describe.hpp"

#include <gtest/gtest.h>

#include "core/documents/testing.hpp"

namespace billing {
namespace {

using namespace test;

/// The descriptions of the lines that a run makes.
std::vector<std::string> lines(User& user, RunKind kind, std::string_view today) {
  user.run(kind, today);
  std::vector<std::string> texts;
  for (const auto& invoice : user.last.invoices) {
    for (const auto& line : invoice.lines) texts.push_back(line.description);
  }
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Describe, a_base_line_names_the_plan_and_its_days_with_the_last_one_included) {
  User user{.lives = {begun(pro_v1(), "2026-06-01")}};
  EXPECT_EQ(lines(user, RunKind::generate, "2026-06-02"), (Texts{"Pro: 2026-06-01 to 2026-06-30"}));
}

TEST(Describe, a_base_line_tells_its_terms_quantities_pauses_and_what_was_billed_before) {
  User user{.lives = {begun(in_advance(pro_version()), "2026-06-01")}};
  user.run(RunKind::start, "2026-06-01");
  user.pay_all();
  auto& life = user.lives[0];
  auto wish = to_plan(in_advance(ent_version()));
  wish.quantity = 2;
  life = changed(life, wish, "2026-06-11");
  life = pause(life, day("2026-06-26"), day("2026-06-20")).value();
  EXPECT_EQ(lines(user, RunKind::change_now, "2026-06-20"),
            (Texts{"Pro: 2026-06-01 to 2026-06-10, then Enterprise × 2: 2026-06-11 to 2026-06-30, 25 of 30 days, paused on 5 days, "
                   "less USD 49.00 billed before"}));
}

TEST(Describe, a_special_price_is_named) {
  User user{.lives = {changed(begun(pro_v1(), "2026-06-01"), to_overrides({3900, {}}), "2026-06-01")}};
  EXPECT_EQ(lines(user, RunKind::generate, "2026-06-02"), (Texts{"Pro: 2026-06-01 to 2026-06-30 at USD 39.00"}));
}

TEST(Describe, a_usage_line_names_its_units_those_included_and_what_is_new) {
  User user{.lives = {begun(pro_v1(), "2026-06-01")}};
  user.use("2026-06-02", 120'000);
  EXPECT_EQ(lines(user, RunKind::generate, "2026-06-02")[1], "api_calls: 120,000 units, 100,000 included");
  user.pay_all();
  user.use("2026-06-03", 30'000);
  EXPECT_EQ(lines(user, RunKind::generate, "2026-06-03"),
            (Texts{"api_calls: 30,000 more units, 150,000 in all, 100,000 included, less USD 20.00 billed before"}));
}

TEST(Describe, usage_over_several_charges_tells_the_units_of_each) {
  User user{.lives = {changed(begun(pro_v1(), "2026-06-01"), to_plan(ent_v1()), "2026-06-11")}};
  user.use("2026-06-02", 120'000);
  user.use("2026-06-12", 640'000);
  EXPECT_EQ(lines(user, RunKind::generate, "2026-06-12")[1], "api_calls: 760,000 units (120,000 on pro, 640,000 on ent)");
}

TEST(Describe, a_line_of_an_earlier_period_names_it_and_one_cut_to_fit_says_so) {
  User user{.lives = {begun(pro_v1(), "2026-06-01")}};
  user.use("2026-06-10", 200'000);
  user.roll("2026-07-01");
  user.pay_all();
  user.usage.clear();
  user.roll("2026-08-01");
  EXPECT_EQ(user.last.invoices[0].lines[0].description,
            "api_calls: correction for 0 units, 100,000 included, less USD 100.00 billed before, USD 51.00 more by a credit note, "
            "for 2026-06-01 to 2026-06-30");
}

TEST(Describe, a_minimum_says_what_it_counts) {
  auto version = pro_version();
  version.minimum = 10000;
  User user{.lives = {begun(shared(version), "2026-06-01")}};
  user.roll("2026-07-01");
  EXPECT_EQ(user.last.invoices[0].lines[1].description,
            "Minimum: 2026-06-01 to 2026-06-30, USD 100.00 less USD 49.00 of base fee and usage");
}

TEST(Describe, a_base_billed_in_part_says_that_the_rest_comes_later) {
  User user{.lives = {changed(begun(pro_v1(), "2026-06-01"), to_plan(in_advance(ent_version())), "2026-06-11")}};
  EXPECT_EQ(lines(user, RunKind::change_now, "2026-06-11"),
            (Texts{"Pro: 2026-06-01 to 2026-06-10, then Enterprise: 2026-06-11 to 2026-06-30, USD 16.33 of it billed later"}));
}

}  // namespace
}  // namespace billing
