#include "core/tax/rates.hpp"

#include <algorithm>
#include <iterator>

namespace billing {
namespace {

constexpr std::string_view statuses[] = {"taxable", "exempt", "reverse_charge"};

}  // namespace

std::string_view to_text(TaxStatus status) { return statuses[static_cast<std::size_t>(status)]; }

std::optional<TaxStatus> parse_tax_status(std::string_view text) {
  const auto* found = std::ranges::find(statuses, text);
  if (found == std::end(statuses)) return std::nullopt;
  return static_cast<TaxStatus>(found - std::begin(statuses));
}

std::vector<TaxRate> rates_for(TaxStatus status, const std::optional<std::string>& country, const std::vector<TaxRate>& active) {
  std::vector<TaxRate> rates;
  if (status != TaxStatus::taxable) return rates;
  const auto take = [&](const std::optional<std::string>& of) {
    std::ranges::copy_if(active, std::back_inserter(rates), [&of](const TaxRate& rate) { return rate.country == of; });
  };
  if (country) take(country);
  if (rates.empty()) take(std::nullopt);
  std::ranges::sort(rates, {}, &TaxRate::code);
  return rates;
}

std::string codes_of(const std::vector<TaxRate>& rates) {
  std::string codes;
  for (const auto& rate : rates) codes += (codes.empty() ? "" : ",") + rate.code;
  return codes;
}

}  // namespace billing
