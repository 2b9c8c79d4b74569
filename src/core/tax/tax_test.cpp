#include "core/tax/tax.hpp"

#include <gtest/gtest.h>

#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

using Cents = std::vector<std::int64_t>;

std::vector<TaxableLine> lines_of(std::initializer_list<std::int64_t> amounts, bool inclusive = false) {
  std::vector<TaxableLine> lines;
  for (const auto amount : amounts) lines.push_back({usd(amount), inclusive});
  return lines;
}
DocumentTax taxed(const std::vector<TaxableLine>& lines, const std::vector<TaxRate>& rates) { return tax(lines, rates, currency("USD")); }
Cents taxes_of(const DocumentTax& document) {
  Cents taxes;
  for (const auto& one : document.taxes) taxes.push_back(one.tax.minor());
  return taxes;
}

TEST(Tax, the_examples_of_the_rules) {
  struct Case {
    std::vector<TaxableLine> lines;
    std::vector<TaxRate> rates;
    std::int64_t subtotal;
    Cents taxes;
    std::int64_t total;
  };
  const Case cases[] = {
      {lines_of({3910, 1800}), {rate("de", "19")}, 5710, {1085}, 6795},
      {lines_of({99, 99, 99}), {rate("de", "19")}, 297, {56}, 353},
      {lines_of({50000}, true), {rate("at", "10")}, 45455, {4545}, 50000},
      {lines_of({1080}, true), {rate("at", "20")}, 900, {180}, 1080},
      {lines_of({10000}), {rate("city", "1.25"), rate("state", "6")}, 10000, {125, 600}, 10725},
  };
  for (const auto& one : cases) {
    const auto document = taxed(one.lines, one.rates);
    EXPECT_EQ(document.subtotal, usd(one.subtotal));
    EXPECT_EQ(taxes_of(document), one.taxes);
    EXPECT_EQ(document.total, usd(one.total));
    EXPECT_EQ(document.tax, document.total - document.subtotal);
  }
}

TEST(Tax, a_lines_share_is_by_largest_remainder_over_the_lines_of_its_kind) {
  EXPECT_EQ(taxed(lines_of({99, 99, 99}), {rate("de", "19")}).lines, (Cents{19, 19, 18}));
  EXPECT_EQ(taxed(lines_of({1000, -300}), {rate("de", "19")}).lines, (Cents{190, -57}));
}

TEST(Tax, lines_that_come_to_nothing_are_taxed_like_others_and_their_tax_comes_to_nothing) {
  const auto document = taxed(lines_of({1000, -1000, 0}), {rate("de", "19")});
  EXPECT_EQ(document.lines, (Cents{190, -190, 0}));
  EXPECT_EQ(document.total, usd(0));
}

TEST(Tax, inclusive_and_exclusive_lines_are_taxed_by_themselves) {
  const std::vector<TaxableLine> lines{{usd(1000), false}, {usd(1190), true}};
  const auto document = taxed(lines, {rate("de", "19")});
  ASSERT_EQ(document.taxes.size(), 2U);
  EXPECT_FALSE(document.taxes[0].inclusive);
  EXPECT_EQ(document.taxes[1].net, usd(1000));
  EXPECT_EQ(document.lines, (Cents{190, 190}));
  EXPECT_EQ(document.total, usd(2380));
  EXPECT_EQ(document.subtotal, usd(2000));
}

TEST(Tax, inclusive_tax_is_shared_over_several_rates) {
  const auto document = taxed(lines_of({10725}, true), {rate("city", "1.25"), rate("state", "6")});
  EXPECT_EQ(taxes_of(document), (Cents{125, 600}));
  EXPECT_EQ(taxes_of(taxed(lines_of({101}, true), {rate("a", "0.5"), rate("b", "0.5")})), (Cents{1, 0}));  // a tie: by code
}

TEST(Tax, a_rate_of_nothing_is_on_the_document_and_takes_nothing) {
  for (const bool inclusive : {false, true}) {
    const auto document = taxed(lines_of({1000}, inclusive), {rate("zero", "0")});
    EXPECT_EQ(taxes_of(document), (Cents{0}));
    EXPECT_EQ(document.lines, (Cents{0}));
    EXPECT_EQ(document.total, usd(1000));
  }
}

TEST(Tax, without_rates_there_is_no_tax) {
  const auto document = taxed(lines_of({1000}, true), {});
  EXPECT_TRUE(document.taxes.empty());
  EXPECT_EQ(document.subtotal, usd(1000));
}

TEST(Tax, beyond_64_bits_is_an_error) { EXPECT_THROW(taxed(lines_of({int64_max}), {rate("de", "19")}), Overflow); }

TEST(TaxRates, those_of_the_users_country_else_those_without_one_and_several_in_parallel) {
  const std::vector<TaxRate> active{rate("state", "6", "US"), rate("de", "19", "DE"), rate("any", "5"), rate("city", "1.25", "US")};
  const auto codes = [&](TaxStatus status, std::optional<std::string> country) { return codes_of(rates_for(status, country, active)); };
  EXPECT_EQ(codes(TaxStatus::taxable, "DE"), "de");
  EXPECT_EQ(codes(TaxStatus::taxable, "US"), "city,state");
  EXPECT_EQ(codes(TaxStatus::taxable, "FR"), "any");
  EXPECT_EQ(codes(TaxStatus::taxable, {}), "any");
  EXPECT_EQ(codes(TaxStatus::exempt, "DE"), "");
  EXPECT_EQ(codes(TaxStatus::reverse_charge, "DE"), "");
  for (const auto status : {TaxStatus::taxable, TaxStatus::exempt, TaxStatus::reverse_charge}) {
    EXPECT_EQ(parse_tax_status(to_text(status)), status);
  }
}

Cents notes_over(const std::vector<TaxableLine>& lines, std::initializer_list<std::int64_t> parts, const std::vector<TaxRate>& rates) {
  const auto invoice = taxed(lines, rates);
  Credited before;
  Cents taxes;
  for (const auto part : parts) {
    const bool inclusive = lines.front().inclusive;
    const auto note = note_tax(lines_of({part}, inclusive), before, invoice.taxes, currency("USD"));
    (inclusive ? before.inclusive : before.exclusive) += part;
    taxes.push_back(note.tax.minor());
    EXPECT_EQ(note.total.minor(), part + (inclusive ? 0 : note.tax.minor()));
  }
  return taxes;
}

TEST(NoteTax, parts_add_up_to_the_invoices_tax) {
  EXPECT_EQ(notes_over(lines_of({1000}), {250, 250, 250, 250}, {rate("de", "19")}), (Cents{48, 47, 48, 47}));
  EXPECT_EQ(notes_over(lines_of({1000}, true), {250, 250, 500}, {rate("at", "20")}), (Cents{42, 41, 84}));
}

TEST(NoteTax, with_three_inclusive_rates_no_note_gives_less_than_nothing_of_one_and_parts_add_up) {
  // By largest remainder the third would have 0.01 of 0.03 and nothing of 0.04: a note between them would take it back.
  const std::vector<TaxRate> rates{rate("a", "9"), rate("b", "9"), rate("c", "3")};
  const auto invoice = taxed(lines_of({10000}, true), rates);
  Credited before;
  Cents sums(3, 0);
  for (int n = 0; n < 10000; ++n) {
    const auto note = note_tax(lines_of({1}, true), before, invoice.taxes, currency("USD"));
    before.inclusive += 1;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      ASSERT_GE(note.taxes[i].tax.minor(), 0) << "note " << n;
      sums[i] += note.taxes[i].tax.minor();
    }
  }
  EXPECT_EQ(sums, taxes_of(invoice));
}

TEST(NoteTax, it_is_that_of_the_invoice_whatever_rates_are_now) {
  EXPECT_EQ(notes_over(lines_of({1000}), {1000}, {}), (Cents{0}));
  const auto note = note_tax(lines_of({400, 600}), {}, taxed(lines_of({1000}), {rate("de", "19")}).taxes, currency("USD"));
  EXPECT_EQ(note.lines, (Cents{76, 114}));
  EXPECT_EQ(note.subtotal, usd(1000));
  EXPECT_EQ(note.total, usd(1190));
}

}  // namespace
}  // namespace billing
