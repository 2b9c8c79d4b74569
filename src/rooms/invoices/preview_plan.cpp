#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/overflow.hpp"
#include "core/catalog/preview.hpp"
#include "platform/http/answer.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/invoices/handlers.hpp"
#include "rooms/plans/plan_json.hpp"

namespace billing::invoices {
namespace {

using Asked = std::map<std::string, std::vector<std::int64_t>>;

constexpr std::size_t most_quantities = 200;

Asked parse_quantities(json::Object& body, const PlanVersion& plan) {
  Asked asked;
  body.optional_object("quantities", [&](json::Object& quantities) {
    for (const auto& charge : plan.charges) {
      if (auto numbers = quantities.optional_integers(charge.metric, 1, most_quantities, 0)) asked[charge.metric] = std::move(*numbers);
    }
  });
  return asked;
}

/// As a line of an invoice that bills this whole quantity.
boost::json::object point_json(const Charge& charge, std::int64_t quantity, Currency currency) {
  const auto rating = rate(charge, quantity);
  const Money amount = rating.amount.rounded(currency);
  return {{"quantity", quantity}, {"amount_cents", amount.minor()}, {"explanation", rating_explanation(charge, rating, amount)}};
}

boost::json::array points_json(const Charge& charge, const Asked& asked, Currency currency) {
  const auto found = asked.find(charge.metric);
  const bool chosen_by_us = found == asked.end();
  auto quantities = chosen_by_us ? telling_quantities(charge) : found->second;
  std::ranges::sort(quantities);
  quantities.erase(std::ranges::unique(quantities).begin(), quantities.end());
  boost::json::array points;
  for (const auto quantity : quantities) {
    try {
      points.push_back(point_json(charge, quantity, currency));
    } catch (const Overflow& error) {
      if (chosen_by_us) break;
      throw Refusal(422, "amount_overflow",
                    charge.metric + ": " + std::to_string(quantity) + " units cannot be rated: " + error.what() + ".");
    }
  }
  return points;
}

}  // namespace

Task<http::Response> preview_plan(Context&, const http::Request& request) {
  auto body = http::json_body(request);
  const auto plan = plans::parse_plan(body, plans::CodeMember::optional).first;
  const auto asked = parse_quantities(body, plan);
  body.finish();

  boost::json::array charges;
  for (const auto& charge : plan.charges) {
    charges.push_back(boost::json::object{{"metric", charge.metric}, {"points", points_json(charge, asked, plan.amount.currency())}});
  }
  co_return http::answer(
      200, boost::json::object{
               {"currency", plan.amount.currency().code()}, {"amount_cents", plan.amount.minor()}, {"charges", std::move(charges)}});
}

}  // namespace billing::invoices
