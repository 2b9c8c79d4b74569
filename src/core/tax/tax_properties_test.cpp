#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <random>

#include "core/balance/left.hpp"
#include "core/tax/tax.hpp"
#include "core/testing.hpp"

// Whole = Σ parts in any splitting. 10⁵ random cases; BILLING_SPLITTINGS says how many (script/splittings: 10⁶).
namespace billing {
namespace {

using namespace test;

std::uint64_t cases() {
  const auto* text = std::getenv("BILLING_SPLITTINGS");
  return text == nullptr ? 100'000 : std::strtoull(text, nullptr, 10);
}

class Random {
 public:
  std::int64_t within(std::int64_t least, std::int64_t most) { return std::uniform_int_distribution{least, most}(engine_); }
  std::vector<TaxRate> rates() {
    std::vector<TaxRate> all;
    for (const auto* code : {"a", "b", "c", "d", "e"}) {
      if (within(0, 2) > 0) all.push_back(rate(code, Decimal::from_raw(within(0, 300'000) * 100'000'000).text()));
    }
    return all;
  }
  std::vector<TaxableLine> lines() {
    std::vector<TaxableLine> all;
    const auto most = within(0, 3) == 0 ? 1'000'000'000 : 5'000;
    for (auto i = within(1, 6); i > 0; --i) all.push_back({usd(within(1, most)), within(0, 1) == 1});
    return all;
  }

 private:
  std::mt19937_64 engine_{20'260'601};
};

std::int64_t sum(const std::vector<std::int64_t>& parts) { return std::accumulate(parts.begin(), parts.end(), std::int64_t{0}); }

void expect_whole(const std::vector<TaxableLine>& lines, const DocumentTax& document) {
  std::int64_t gross = 0, tax_sum = 0, exclusive = 0, all_inclusive = 0;
  for (const auto& line : lines) {
    gross += line.amount.minor();
    all_inclusive += line.inclusive ? line.amount.minor() : 0;
  }
  for (const auto& one : document.taxes) {
    tax_sum += one.tax.minor();
    exclusive += one.inclusive ? 0 : one.tax.minor();
  }
  ASSERT_EQ(document.tax.minor(), tax_sum);
  ASSERT_EQ(document.tax.minor(), sum(document.lines));
  ASSERT_EQ(document.subtotal + document.tax, document.total);
  ASSERT_EQ(document.total.minor(), gross + exclusive) << "an inclusive price is paid exactly";
  if (all_inclusive == gross) ASSERT_EQ(document.total.minor(), gross);
}

/// Each rate's tax, and what an inclusive price leaves, is within half a cent of the exact one.
void expect_rounded(const std::vector<TaxableLine>& lines, const DocumentTax& document) {
  Int128 exclusive = 0, inclusive = 0, percents = 0;
  for (const auto& line : lines) (line.inclusive ? inclusive : exclusive) += line.amount.minor();
  for (const auto& one : document.taxes) percents += one.inclusive ? one.percent.millionths() : 0;
  const auto expect_nearest = [](Int128 value, Int128 by, Int128 exact) {
    const auto off = value * by - exact;
    ASSERT_LE(2 * (off < 0 ? -off : off), by);
  };
  for (const auto& one : document.taxes) {
    if (one.inclusive) {
      expect_nearest(one.net.minor(), Percent::whole + percents, inclusive * Percent::whole);
    } else {
      ASSERT_EQ(one.net.minor(), exclusive);
      expect_nearest(one.tax.minor(), Percent::whole, exclusive * one.percent.millionths());
    }
  }
}

/// Credits all of the invoice in notes over random parts of random lines.
void split_into_notes(Random& random, const std::vector<TaxableLine>& lines, const DocumentTax& invoice) {
  std::vector<Money> left;
  for (const auto& line : lines) left.push_back(line.amount);
  Credited before;
  std::vector<std::int64_t> taxes(invoice.taxes.size(), 0);
  Money total = usd(0);
  while (true) {
    Money rest = usd(0);
    for (const auto& one : left) rest = rest + one;
    if (rest.is_zero()) break;
    const auto amount = random.within(0, 3) == 0 ? rest.minor() : random.within(1, rest.minor());
    const auto parts = spread(usd(amount), left).value();
    ASSERT_EQ(sum(parts), amount);
    std::vector<TaxableLine> credited;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      ASSERT_GE(parts[i], 0);
      ASSERT_LE(parts[i], left[i].minor());
      left[i] = left[i] - usd(parts[i]);
      if (parts[i] > 0) credited.push_back({usd(parts[i]), lines[i].inclusive});
    }
    const auto note = note_tax(credited, before, invoice.taxes, currency("USD"));
    expect_whole(credited, note);
    for (const auto& line : credited) (line.inclusive ? before.inclusive : before.exclusive) += line.amount.minor();
    for (const auto& one : note.taxes) {
      const auto place =
          std::ranges::find_if(invoice.taxes, [&](const RateTax& of) { return of.code == one.code && of.inclusive == one.inclusive; });
      ASSERT_GE(one.tax.minor(), 0) << "a note gives no tax of a rate less than nothing";
      ASSERT_GE(one.net.minor(), 0);
      taxes[static_cast<std::size_t>(place - invoice.taxes.begin())] += one.tax.minor();
    }
    total = total + note.total;
  }
  ASSERT_EQ(total, invoice.total);
  for (std::size_t i = 0; i < taxes.size(); ++i) ASSERT_EQ(taxes[i], invoice.taxes[i].tax.minor()) << invoice.taxes[i].code;
}

TEST(Splittings, whole_is_the_sum_of_its_parts_for_taxes_and_credit_notes) {
  Random random;
  for (std::uint64_t i = 0; i < cases(); ++i) {
    const auto lines = random.lines();
    const auto document = tax(lines, random.rates(), currency("USD"));
    expect_whole(lines, document);
    expect_rounded(lines, document);
    split_into_notes(random, lines, document);
    if (testing::Test::HasFatalFailure()) FAIL() << "in case " << i;
  }
}

}  // namespace
}  // namespace billing
