#include "core/documents/describe.hpp"

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
std::string units_text(std::int64_t count) { return count_text(count) + (count == 1 ? " unit" : " units"); }
std::string price_text(Money amount) { return std::string{amount.currency().code()} + ' ' + grouped(major_text(amount)); }

/// What each discount took off what is owed.
std::string discounts_text(const OwedItem& owed) {
  std::string text;
  for (const auto& discount : owed.discounts) {
    if (!discount.taken.is_zero()) text += ", less " + price_text(discount.taken) + " by " + discount.coupon;
  }
  return text;
}

/// What discounts took, what earlier lines billed, and what of the difference is not on this line: charged later, or credited by a note.
std::string settled_text(const NewLine& line) {
  auto text = discounts_text(line.owed);
  const Money none{0, line.amount.currency()};
  if (line.earlier_billed > none) text += ", less " + price_text(line.earlier_billed) + " billed before";
  if (line.earlier_billed < none) text += ", plus " + price_text(-line.earlier_billed) + " credited before";
  if (line.left_out > none) text += ", " + price_text(line.left_out) + " of it billed later";
  if (line.left_out < none) text += ", " + price_text(-line.left_out) + " more by a credit note";
  return text;
}

/// "Pro", "Pro × 10"
std::string name_text(const BaseSegment& segment) {
  auto text = segment.plan_name.empty() ? segment.plan_code : segment.plan_name;
  if (segment.quantity != 1) text += " × " + count_text(segment.quantity);
  return text;
}

std::string base_text(const NewLine& line, const BaseOwed& why) {
  std::string text;
  std::int64_t charged = 0;
  std::int64_t paused = 0;
  for (const auto& segment : why.segments) {
    if (!text.empty()) text += ", then ";
    text += name_text(segment) + ": " + days_text(segment.days);
    if (segment.overridden) text += " at " + price_text(segment.fee);
    charged += segment.charged_days();
    paused += segment.paused_days;
  }
  if (why.segments.empty()) text = line.plan_code + ": " + days_text(line.period) + ", nothing owed";
  if (charged != why.of_days && !why.segments.empty())
    text += ", " + std::to_string(charged) + " of " + std::to_string(why.of_days) + " days";
  if (paused > 0) text += ", paused on " + std::to_string(paused) + (paused == 1 ? " day" : " days");
  return text + settled_text(line);
}

std::string quantity_text(std::int64_t newly, std::int64_t total) {
  if (newly == 0) return "correction for " + units_text(total);
  if (newly == total) return units_text(total);
  return count_text(newly) + " more " + (newly == 1 ? "unit" : "units") + ", " + count_text(total) + " in all";
}

/// ", 100,000 included" of one charge; of several what each run of days counts: " (120,000 on pro, 640,000 on ent)".
std::string charges_text(const UsageOwed& why) {
  if (why.segments.size() == 1) {
    const auto& charge = why.segments.front().charge;
    return charge && charge->included > 0 ? ", " + count_text(charge->included) + " included" : "";
  }
  std::string text;
  for (const auto& segment : why.segments) {
    text += (text.empty() ? " (" : ", ") + count_text(segment.count_after - segment.count_before) + " on " + segment.plan_code;
    if (segment.overridden) text += " at a price of your own";
    if (!segment.charge) text += " for free";
  }
  return text.empty() ? text : text + ")";
}

std::string usage_text(const NewLine& line, const UsageOwed& why, const Period& invoice_period) {
  auto text = line.key.item.metric + ": " + quantity_text(line.quantity, why.quantity) + charges_text(why) + settled_text(line);
  if (line.period != invoice_period) text += ", for " + days_text(line.period);
  return text;
}

std::string minimum_text(const NewLine& line, const MinimumOwed& why) {
  return "Minimum: " + days_text(line.period) + ", " + price_text(why.required) + " less " + price_text(why.counted) +
         " of base fee and usage" + settled_text(line);
}

}  // namespace

std::string describe(const NewLine& line, const Period& invoice_period) {
  if (const auto* base = std::get_if<BaseOwed>(&line.owed.how)) return base_text(line, *base);
  if (const auto* usage = std::get_if<UsageOwed>(&line.owed.how)) return usage_text(line, *usage, invoice_period);
  return minimum_text(line, std::get<MinimumOwed>(line.owed.how));
}

}  // namespace billing
