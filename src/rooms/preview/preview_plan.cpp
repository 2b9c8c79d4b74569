#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/overflow.hpp"
#include "core/catalog/preview.hpp"
#include "platform/http/answer.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/preview/handlers.hpp"

namespace billing::preview {
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

/// Charges × quantities × tiers: a small body may ask for millions of steps.
constexpr std::size_t most_steps = 20'000;

struct Preview {
  Currency currency;
  std::size_t steps = 0;
  std::string text;  // written as it comes: a tree of it would take ten times the memory
};

/// As a line of an invoice that bills this whole quantity.
void append_point(Preview& preview, const Charge& charge, std::int64_t quantity) {
  const auto rating = rate(charge, quantity);
  preview.steps += rating.steps.size();
  if (preview.steps > most_steps) {
    throw unacceptable("/charges",
                       "a preview of this plan takes more than 20,000 steps: ask for fewer charges, tiers or `quantities` at once");
  }
  const Money amount = rating.amount.rounded(preview.currency);
  preview.text += fmt::format(R"({{"quantity":{},"amount_cents":{},"explanation":{}}})", quantity, amount.minor(),
                              json::serialize(invoices::rating_explanation(charge, rating, amount)));
}

void append_points(Preview& preview, const Charge& charge, const Asked& asked) {
  const auto found = asked.find(charge.metric);
  const bool chosen_by_us = found == asked.end();
  auto quantities = chosen_by_us ? telling_quantities(charge) : found->second;
  std::ranges::sort(quantities);
  quantities.erase(std::ranges::unique(quantities).begin(), quantities.end());
  const auto begin = preview.text.size();
  for (const auto quantity : quantities) {
    const auto before = preview.text.size();
    if (before > begin) preview.text += ',';
    try {
      append_point(preview, charge, quantity);
    } catch (const Overflow& error) {
      preview.text.resize(before);
      if (chosen_by_us) break;
      throw Refusal(422, "amount_overflow",
                    charge.metric + ": " + std::to_string(quantity) + " units cannot be rated: " + error.what() + ".");
    }
  }
}

}  // namespace

Task<http::Response> preview_plan(Context&, const http::Request& request) {
  auto body = http::json_body(request);
  const auto plan = plans::parse_plan(body, plans::CodeMember::optional).first;
  const auto asked = parse_quantities(body, plan);
  body.finish();

  Preview preview{.currency = plan.amount.currency(), .text = {}};
  preview.text = fmt::format(R"({{"currency":"{}","amount_cents":{},"charges":[)", plan.amount.currency().code(), plan.amount.minor());
  for (const auto& charge : plan.charges) {
    if (&charge != &plan.charges.front()) preview.text += ',';
    preview.text += fmt::format(R"({{"metric":"{}","points":[)", charge.metric);  // a metric needs no escaping
    append_points(preview, charge, asked);
    preview.text += "]}";
  }
  preview.text += "]}";
  http::Response response;
  response.body = std::move(preview.text);
  co_return response;
}

}  // namespace billing::preview
