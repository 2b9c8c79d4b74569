#include "core/catalog/pricing.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace billing {
namespace {

RatingStep step(std::int64_t from, std::optional<std::int64_t> up_to, std::int64_t quantity, Decimal unit_price, Decimal flat_price) {
  return {from, up_to, quantity, unit_price, flat_price, unit_price.times(quantity) + flat_price};
}

std::int64_t bound(const Tier& tier) { return tier.up_to.value_or(std::numeric_limits<std::int64_t>::max()); }

/// The steps that a billable quantity (≥ 1) takes through a model.
struct Steps {
  std::int64_t billable;

  std::vector<RatingStep> operator()(const PerUnit& model) const { return {step(1, std::nullopt, billable, model.unit_price, {})}; }

  std::vector<RatingStep> operator()(const Graduated& model) const {
    std::vector<RatingStep> steps;
    std::int64_t done = 0;
    for (const auto& tier : model.tiers) {
      if (done == billable) break;
      const auto quantity = std::min(billable, bound(tier)) - done;
      steps.push_back(step(done + 1, tier.up_to, quantity, tier.unit_price, tier.flat_price));
      done += quantity;
    }
    // Tiers with a closed end would give the units beyond it away.
    if (done != billable) throw std::invalid_argument("rate: the last tier must be open");
    return steps;
  }

  std::vector<RatingStep> operator()(const Volume& model) const {
    const auto reached = std::ranges::find_if(model.tiers, [this](const Tier& tier) { return billable <= bound(tier); });
    if (reached == model.tiers.end()) throw std::invalid_argument("rate: the last tier must be open");
    return {step(1, reached->up_to, billable, reached->unit_price, reached->flat_price)};
  }

  std::vector<RatingStep> operator()(const Package& model) const {
    const auto started = (billable - 1) / model.package_size + 1;
    return {step(1, std::nullopt, started, model.package_price, {})};
  }
};

}  // namespace

Rating rate(const Charge& charge, std::int64_t total_quantity) {
  if (total_quantity < 0) throw std::invalid_argument("rate: a quantity is never negative");
  Rating rating{
      .total_quantity = total_quantity,
      .included = charge.included,
      .billable = total_quantity > charge.included ? total_quantity - charge.included : 0,
      .steps = {},
      .amount = {},
  };
  if (rating.billable == 0) return rating;
  rating.steps = std::visit(Steps{rating.billable}, charge.model);
  for (const auto& taken : rating.steps) rating.amount = rating.amount + taken.amount;
  return rating;
}

}  // namespace billing
