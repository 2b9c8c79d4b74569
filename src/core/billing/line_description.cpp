#include "core/billing/line_description.hpp"

#include <algorithm>

namespace billing {
namespace {

/// Both days are part of the period: to a customer "to" includes the day that it names.
std::string days_text(const Period& period) {
  const auto last = period.end - std::chrono::days{1};
  if (period.start == last) return to_text(period.start);
  return to_text(period.start) + " to " + to_text(last);
}

/// Commas between the thousands, for a reader: "1234567.50" → "1,234,567.50".
std::string grouped(std::string number) {
  const auto point = std::min(number.find('.'), number.size());
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  for (auto at = point; at > first + 3; at -= 3) number.insert(at - 3, 1, ',');
  return number;
}

std::string count_text(std::int64_t count) { return grouped(std::to_string(count)); }

std::string price_text(Decimal amount, Currency currency) {
  return std::string{currency.code()} + ' ' + grouped(major_text(amount.rounded(currency)));
}

/// What earlier lines billed, and what waits for a later one.
std::string settled_text(Decimal earlier_billed, Decimal deferred, Currency currency) {
  std::string text;
  if (earlier_billed > Decimal{}) text += ", less " + price_text(earlier_billed, currency) + " billed before";
  if (earlier_billed < Decimal{}) text += ", plus " + price_text(Decimal{} - earlier_billed, currency) + " credited before";
  if (!deferred.is_zero()) text += ", " + price_text(Decimal{} - deferred, currency) + " of the credit kept for a later invoice";
  return text;
}

std::string base_text(const LineDraft& line, const BaseExplanation& why, const Plan& plan) {
  auto text = (plan.name.empty() ? plan.code : plan.name) + ": " + days_text(line.period);
  if (why.days != why.of_days) text += ", " + std::to_string(why.days) + " of " + std::to_string(why.of_days) + " days";
  return text + settled_text(why.earlier_billed, why.deferred, line.amount.currency());
}

std::string units_text(std::int64_t count) { return count_text(count) + (count == 1 ? " unit" : " units"); }

std::string quantity_text(std::int64_t newly, std::int64_t total) {
  if (newly == 0) return "correction for " + units_text(total);
  if (newly == total) return units_text(total);
  return count_text(newly) + " more " + (newly == 1 ? "unit" : "units") + ", " + count_text(total) + " in all";
}

std::string usage_text(const LineDraft& line, const UsageExplanation& why, const Period& invoice_period) {
  auto text = line.metric + ": " + quantity_text(line.quantity, why.rating.total_quantity);
  if (why.rating.included > 0) text += ", " + count_text(why.rating.included) + " included";
  text += settled_text(why.earlier_billed, why.deferred, line.amount.currency());
  if (line.period != invoice_period) text += ", for " + days_text(line.period);
  return text;
}

}  // namespace

std::string line_description(const LineDraft& line, const Plan& plan, const Period& invoice_period) {
  if (const auto* base = std::get_if<BaseExplanation>(&line.explanation)) return base_text(line, *base, plan);
  return usage_text(line, std::get<UsageExplanation>(line.explanation), invoice_period);
}

}  // namespace billing
