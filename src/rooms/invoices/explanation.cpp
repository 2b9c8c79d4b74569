#include "rooms/invoices/explanation.hpp"

#include <boost/json.hpp>

namespace billing::invoices {
namespace {

boost::json::array steps_json(const std::vector<RatingStep>& steps) {
  boost::json::array out;
  for (const auto& step : steps) {
    out.push_back(boost::json::object{{"from", step.from},
                                      {"up_to", step.up_to ? boost::json::value(*step.up_to) : boost::json::value()},
                                      {"quantity", step.quantity},
                                      {"unit_price", step.unit_price.text()},
                                      {"flat_price", step.flat_price.text()},
                                      {"amount", step.amount.text()}});
  }
  return out;
}

boost::json::object to_json(const BaseExplanation& base) {
  return {{"amount", base.amount.text()}, {"days", base.days}, {"of_days", base.of_days}, {"earlier_billed", base.earlier_billed.text()}};
}

boost::json::object to_json(const UsageExplanation& usage) {
  return {{"model", usage.model},
          {"total_quantity", usage.rating.total_quantity},
          {"included", usage.rating.included},
          {"billable", usage.rating.billable},
          {"steps", steps_json(usage.rating.steps)},
          {"rated", usage.rating.amount.text()},
          {"earlier_billed", usage.earlier_billed.text()},
          {"rounding", usage.rounding.text()}};
}

}  // namespace

std::string explanation_json(const Explanation& explanation) {
  return std::visit(
      [](const auto& kind) {
        auto out = to_json(kind);
        if (!kind.deferred.is_zero()) out["deferred"] = kind.deferred.text();
        return boost::json::serialize(out);
      },
      explanation);
}

}  // namespace billing::invoices
