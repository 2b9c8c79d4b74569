#include "rooms/invoices/explanation.hpp"

#include <boost/json.hpp>

namespace billing::invoices {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string text(Money amount) { return Decimal::of(amount).text(); }

array steps_json(const std::vector<RatingStep>& steps) {
  array out;
  for (const auto& step : steps) {
    out.push_back(object{{"from", step.from},
                         {"up_to", step.up_to ? value(*step.up_to) : value()},
                         {"quantity", step.quantity},
                         {"unit_price", step.unit_price.text()},
                         {"flat_price", step.flat_price.text()},
                         {"amount", step.amount.text()}});
  }
  return out;
}

object rating_json(const Rating& rating) {
  return {{"total_quantity", rating.total_quantity},
          {"included", rating.included},
          {"billable", rating.billable},
          {"steps", steps_json(rating.steps)},
          {"rated", rating.amount.text()}};
}

value reason_json(const std::string& reason) { return reason.empty() ? value() : value(reason); }

object days_json(const Period& days) { return {{"from", to_text(days.start)}, {"until", to_text(days.end)}, {"days", days.days()}}; }

object segment_json(const BaseSegment& segment) {
  auto out = days_json(segment.days);
  out["paused_days"] = segment.paused_days;
  out["plan_code"] = segment.plan_code;
  out["version"] = segment.version;
  out["quantity"] = segment.quantity;
  out["fee"] = text(segment.fee);
  out["overridden"] = segment.overridden;
  out["reason"] = reason_json(segment.reason);
  return out;
}

/// Release 1's members stay: they are those of the last segment, and of all days.
object base_json(const BaseOwed& base) {
  array segments;
  std::int64_t days = 0;
  for (const auto& segment : base.segments) {
    segments.push_back(segment_json(segment));
    days += segment.charged_days();
  }
  return {{"amount", base.segments.empty() ? "0" : text(base.segments.back().fee)},
          {"days", days},
          {"of_days", base.of_days},
          {"segments", std::move(segments)}};
}

object segment_json(const UsageSegment& segment) {
  auto out = days_json(segment.days);
  out["plan_code"] = segment.plan_code;
  out["version"] = segment.version;
  out["model"] = segment.charge ? value(model_name(segment.charge->model)) : value();
  out["overridden"] = segment.overridden;
  out["reason"] = reason_json(segment.reason);
  out["count_before"] = segment.count_before;
  out["count_after"] = segment.count_after;
  out["before"] = rating_json(segment.before);
  out["after"] = rating_json(segment.after);
  out["amount"] = segment.amount.text();
  return out;
}

/// Release 1's members are those of the last segment that has a charge.
object usage_json(const UsageOwed& usage) {
  array segments;
  const UsageSegment* last = nullptr;
  for (const auto& segment : usage.segments) {
    segments.push_back(segment_json(segment));
    if (segment.charge) last = &segment;
  }
  auto out = last ? rating_json(last->after) : rating_json({});
  out["model"] = last ? value(model_name(last->charge->model)) : value("per_unit");
  out["total_quantity"] = usage.quantity;
  out["rated"] = usage.exact.text();
  out["rounding"] = usage.rounding.text();
  out["segments"] = std::move(segments);
  return out;
}

object segment_json(const MinimumSegment& segment) {
  auto out = days_json(segment.days);
  out["paused_days"] = segment.paused_days;
  out["plan_code"] = segment.plan_code;
  out["version"] = segment.version;
  out["minimum"] = text(segment.minimum);
  return out;
}

object minimum_json(const MinimumOwed& minimum) {
  array segments;
  for (const auto& segment : minimum.segments) segments.push_back(segment_json(segment));
  return {{"required", text(minimum.required)},
          {"counted", text(minimum.counted)},
          {"of_days", minimum.of_days},
          {"segments", std::move(segments)}};
}

struct HowJson {
  object operator()(const BaseOwed& base) const { return base_json(base); }
  object operator()(const UsageOwed& usage) const { return usage_json(usage); }
  object operator()(const MinimumOwed& minimum) const { return minimum_json(minimum); }
};

/// Of one that takes an amount, what the items before left of it.
object discount_json(const DiscountTaken& discount) {
  const auto currency = discount.taken.currency();
  const auto* percent = std::get_if<Percent>(&discount.off);
  return {{"coupon", discount.coupon},
          {"percent", percent ? value(percent->text()) : value()},
          {"available", percent ? value() : value(discount.available.major_text(currency))},
          {"taken", text(discount.taken)}};
}

object owed_json(const OwedItem& owed) {
  auto out = std::visit(HowJson{}, owed.how);
  if (!owed.discounts.empty()) {
    array discounts;
    for (const auto& discount : owed.discounts) discounts.push_back(discount_json(discount));
    out["undiscounted"] = text(owed.full());
    out["discounts"] = std::move(discounts);
  }
  out["owed"] = text(owed.amount);
  return out;
}

}  // namespace

std::string explanation_json(const NewLine& line) {
  auto out = owed_json(line.owed);
  out["earlier_billed"] = text(line.earlier_billed);
  if (!line.left_out.is_zero()) out["deferred"] = text(line.left_out);
  return boost::json::serialize(out);
}

std::string explanation_json(const OneOffItem& item) {
  const auto exact = item.unit_price ? item.unit_price->times(item.quantity) : Decimal::of(item.amount);
  return boost::json::serialize(object{{"quantity", item.quantity},
                                       {"unit_price", item.unit_price ? value(item.unit_price->text()) : value()},
                                       {"amount", exact.text()},
                                       {"rounding", (Decimal::of(item.amount) - exact).text()},
                                       {"owed", text(item.amount)},
                                       {"earlier_billed", "0"}});
}

std::string explanation_json(const OwedItem& owed) { return boost::json::serialize(owed_json(owed)); }

boost::json::object rating_explanation(const Charge& charge, const Rating& rating, Money amount) {
  auto out = rating_json(rating);
  out["model"] = model_name(charge.model);
  out["rounding"] = (Decimal::of(amount) - rating.amount).text();
  out["earlier_billed"] = "0";
  return out;
}

}  // namespace billing::invoices
