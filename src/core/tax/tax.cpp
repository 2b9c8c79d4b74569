#include "core/tax/tax.hpp"

#include <algorithm>
#include <utility>

#include "base/int128.hpp"
#include "core/money/shares.hpp"

namespace billing {
namespace {

Int128 percents_of(const std::vector<TaxRate>& rates) {
  Int128 sum = 0;
  for (const auto& rate : rates) sum += rate.percent.millionths();
  return sum;
}

Int128 net_within(Int128 gross, const std::vector<TaxRate>& rates) {
  return rounded_quotient(multiplied(gross, Percent::whole), Percent::whole + percents_of(rates));
}

RateTax rate_tax(const TaxRate& rate, bool inclusive, Int128 net, Int128 tax, Currency currency) {
  return {rate.code, rate.name, rate.percent, inclusive, {narrowed(net, "a net amount"), currency}, {narrowed(tax, "a tax"), currency}};
}

/// What each rate takes of a sum of lines of one kind.
std::vector<RateTax> taxes_of(Int128 sum, bool inclusive, const std::vector<TaxRate>& rates, Currency currency) {
  std::vector<RateTax> taxes;
  if (rates.empty()) return taxes;
  if (!inclusive) {
    for (const auto& rate : rates) {
      taxes.push_back(rate_tax(rate, false, sum, rounded_quotient(multiplied(sum, rate.percent.millionths()), Percent::whole), currency));
    }
    return taxes;
  }
  const auto net = net_within(sum, rates);
  std::vector<std::int64_t> shares(rates.size(), 0);
  if (percents_of(rates) > 0) {
    std::vector<std::int64_t> weights;
    for (const auto& rate : rates) weights.push_back(rate.percent.millionths());
    shares = shares_of(narrowed(sum - net, "a tax"), weights);
  }
  for (std::size_t i = 0; i < rates.size(); ++i) taxes.push_back(rate_tax(rates[i], true, net, shares[i], currency));
  return taxes;
}

struct Sums {
  Int128 exclusive = 0;
  Int128 inclusive = 0;
  Int128& of(bool kind) { return kind ? inclusive : exclusive; }
};

Sums sums_of(const std::vector<TaxableLine>& lines) {
  Sums sums;
  for (const auto& line : lines) sums.of(line.inclusive) = added(sums.of(line.inclusive), line.amount.minor());
  return sums;
}

/// Shares of lines that sum to nothing: what each would be taxed by itself, but that they sum to nothing.
std::vector<std::int64_t> shares_around_nothing(const std::vector<std::int64_t>& amounts, bool inclusive, Int128 percents) {
  const Int128 divisor = inclusive ? Percent::whole + percents : Percent::whole;
  std::vector<std::int64_t> shares;
  Int128 left = 0;
  for (const auto amount : amounts) {
    shares.push_back(narrowed(multiplied(amount, percents) / divisor, "a share of tax"));
    left -= shares.back();
  }
  for (std::size_t i = 0; left != 0; ++i) {
    const std::int64_t step = left > 0 ? 1 : -1;
    if ((amounts[i] > 0) != (left > 0)) continue;
    shares[i] += step;
    left -= step;
  }
  return shares;
}

/// Gives the lines of a kind their shares of its tax.
void share_out(const std::vector<TaxableLine>& lines, bool inclusive, std::int64_t tax, Int128 percents,
               std::vector<std::int64_t>& shares) {
  std::vector<std::size_t> places;
  std::vector<std::int64_t> amounts;
  Int128 sum = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].inclusive != inclusive) continue;
    places.push_back(i);
    amounts.push_back(lines[i].amount.minor());
    sum += lines[i].amount.minor();
  }
  if (places.empty() || percents == 0) return;
  const auto parts = sum == 0 ? shares_around_nothing(amounts, inclusive, percents) : shares_of(tax, amounts);
  for (std::size_t i = 0; i < places.size(); ++i) shares[places[i]] = parts[i];
}

std::int64_t sum_of(const std::vector<RateTax>& taxes, bool inclusive) {
  Int128 sum = 0;
  for (const auto& one : taxes) sum += one.inclusive == inclusive ? one.tax.minor() : 0;
  return narrowed(sum, "a document's tax");
}

/// The document that these taxes make of the lines.
DocumentTax document_of(const std::vector<TaxableLine>& lines, std::vector<RateTax> taxes, const std::vector<TaxRate>& rates,
                        Currency currency) {
  std::vector<std::int64_t> shares(lines.size(), 0);
  auto sums = sums_of(lines);
  for (const bool inclusive : {false, true}) share_out(lines, inclusive, sum_of(taxes, inclusive), percents_of(rates), shares);
  const Int128 exclusive = sum_of(taxes, false);
  const auto tax = narrowed(exclusive + sum_of(taxes, true), "a document's tax");
  const auto total = narrowed(sums.exclusive + sums.inclusive + exclusive, "a document's total");
  return {std::move(taxes),
          std::move(shares),
          {narrowed(Int128{total} - tax, "a document's net"), currency},
          {tax, currency},
          {total, currency}};
}

bool has_kind(const std::vector<TaxableLine>& lines, bool inclusive) {
  return std::ranges::any_of(lines, [inclusive](const TaxableLine& line) { return line.inclusive == inclusive; });
}

std::vector<TaxRate> rates_of(const std::vector<RateTax>& taxes, bool inclusive) {
  std::vector<TaxRate> rates;
  for (const auto& one : taxes) {
    if (one.inclusive == inclusive) rates.push_back({one.code, one.name, one.percent});
  }
  return rates;
}

/// What each rate takes of what was credited so far of an invoice that it taxed: as of the invoice. But where an inclusive tax is shared over three rates or
/// more, one's share by largest remainder may fall while the tax rises, and a note would give less than nothing of it: there each cent goes to the
/// rate that is furthest behind its part of the invoice's tax, and all of it is the invoice's again.
std::vector<RateTax> taxes_so_far(Int128 credited, bool inclusive, const std::vector<RateTax>& invoice, Currency currency) {
  const auto rates = rates_of(invoice, inclusive);
  auto taxes = taxes_of(credited, inclusive, rates, currency);
  if (!inclusive || rates.size() < 3 || percents_of(rates) == 0) return taxes;
  std::vector<std::int64_t> weights;
  for (const auto& one : invoice) {
    if (one.inclusive) weights.push_back(one.tax.minor());
  }
  if (std::ranges::all_of(weights, [](auto weight) { return weight == 0; })) {
    for (std::size_t i = 0; i < rates.size(); ++i) weights[i] = rates[i].percent.millionths();
  }
  const auto shares = rising_shares(sum_of(taxes, true), weights);
  for (std::size_t i = 0; i < taxes.size(); ++i) taxes[i].tax = Money{shares[i], currency};
  return taxes;
}

/// What the rates take of `through`, less what they take of `before`.
std::vector<RateTax> taxes_between(Int128 before, Int128 through, bool inclusive, const std::vector<RateTax>& invoice, Currency currency) {
  auto taxes = taxes_so_far(through, inclusive, invoice, currency);
  const auto earlier = taxes_so_far(before, inclusive, invoice, currency);
  for (std::size_t i = 0; i < taxes.size(); ++i) {
    taxes[i].net = taxes[i].net - earlier[i].net;
    taxes[i].tax = taxes[i].tax - earlier[i].tax;
  }
  return taxes;
}

}  // namespace

DocumentTax tax(const std::vector<TaxableLine>& lines, const std::vector<TaxRate>& rates, Currency currency) {
  auto sums = sums_of(lines);
  std::vector<RateTax> taxes;
  for (const bool inclusive : {false, true}) {
    if (!has_kind(lines, inclusive)) continue;
    for (auto& one : taxes_of(sums.of(inclusive), inclusive, rates, currency)) taxes.push_back(std::move(one));
  }
  return document_of(lines, std::move(taxes), rates, currency);
}

Money net_of(Money gross, const std::vector<TaxRate>& rates) {
  return {narrowed(net_within(gross.minor(), rates), "a net amount"), gross.currency()};
}

std::string codes_of(const std::vector<RateTax>& taxes, bool inclusive) { return codes_of(rates_of(taxes, inclusive)); }

DocumentTax note_tax(const std::vector<TaxableLine>& lines, const Credited& before, const std::vector<RateTax>& invoice,
                     Currency currency) {
  auto sums = sums_of(lines);
  std::vector<RateTax> taxes;
  std::vector<TaxRate> rates;
  for (const bool inclusive : {false, true}) {
    auto of_kind = rates_of(invoice, inclusive);
    if (!has_kind(lines, inclusive) || of_kind.empty()) continue;
    const Int128 earlier = inclusive ? before.inclusive : before.exclusive;
    for (auto& one : taxes_between(earlier, earlier + sums.of(inclusive), inclusive, invoice, currency)) taxes.push_back(std::move(one));
    rates = std::move(of_kind);  // the same for both kinds
  }
  return document_of(lines, std::move(taxes), rates, currency);
}

}  // namespace billing
