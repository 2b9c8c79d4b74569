#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money/percent.hpp"

namespace billing {

struct TaxRate {
  std::string code;
  std::string name;
  Percent percent;
  std::optional<std::string> country = {};  // ISO 3166-1; nullopt: of users whose country has no rate of its own
  bool operator==(const TaxRate&) const = default;
};

enum class TaxStatus : std::uint8_t { taxable, exempt, reverse_charge };
std::string_view to_text(TaxStatus status);
std::optional<TaxStatus> parse_tax_status(std::string_view text);

/// The rates that a user's documents are taxed by, sorted by code, several in parallel: none for exempt and reverse_charge; else those of the user's
/// country; else those without a country; else none. `active` are all active ones.
std::vector<TaxRate> rates_for(TaxStatus status, const std::optional<std::string>& country, const std::vector<TaxRate>& active);

/// Their codes, as lines are compared by: "ca,gst".
std::string codes_of(const std::vector<TaxRate>& rates);

}  // namespace billing
