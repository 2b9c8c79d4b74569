#include "core/catalog/preview.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace billing {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t spread = 60;

/// a + b, as long as it fits.
std::int64_t capped_sum(std::int64_t a, std::int64_t b) { return a > most - b ? most : a + b; }

/// Billable quantities at which something happens.
struct Landmarks {
  std::vector<std::int64_t> operator()(const PerUnit&) const { return {}; }
  std::vector<std::int64_t> operator()(const Graduated& model) const { return bounds(model.tiers); }
  std::vector<std::int64_t> operator()(const Volume& model) const { return bounds(model.tiers); }
  std::vector<std::int64_t> operator()(const Package& model) const {
    const auto twice = capped_sum(model.package_size, model.package_size);
    return {model.package_size, twice, capped_sum(twice, twice)};
  }

  static std::vector<std::int64_t> bounds(const std::vector<Tier>& tiers) {
    std::vector<std::int64_t> found;
    for (const auto& tier : tiers) {
      if (tier.up_to) found.push_back(*tier.up_to);
    }
    return found;
  }
};

}  // namespace

std::vector<std::int64_t> telling_quantities(const Charge& charge) {
  std::set<std::int64_t> chosen{0, charge.included, capped_sum(charge.included, 1)};
  for (const auto landmark : std::visit(Landmarks{}, charge.model)) {
    const auto quantity = capped_sum(charge.included, landmark);
    chosen.insert(quantity);
    chosen.insert(capped_sum(quantity, 1));
  }
  const auto last = *chosen.rbegin();
  const auto end = std::max<std::int64_t>(last > 10 ? capped_sum(last, last / 2) : 1000, 1);
  for (std::int64_t i = 1; i <= spread; ++i) {
    chosen.insert(end < spread ? std::min(i, end) : end / spread * i);
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace billing
