#include "rooms/paper/words.hpp"

#include <algorithm>

namespace billing::paper {
namespace {

constexpr Words english{
    .language = "en",
    .invoice = "Invoice",
    .credit_note = "Credit note",
    .draft = "Draft",
    .paid = "Paid",
    .voided = "Void",
    .number = "Number",
    .issued_on = "Date of issue",
    .due_on = "Due",
    .period = "Period",
    .of_invoice = "For invoice",
    .from = "From",
    .bill_to = "Bill to",
    .credit_to = "Credit to",
    .tax_id = "Tax ID {}",
    .description = "Description",
    .quantity = "Quantity",
    .amount = "Amount ({})",
    .subtotal = "Subtotal",
    .discount = "Discounts of {} are taken off above",
    .net_total = "Total without tax",
    .total = "Total",
    .total_credited = "Total credited",
    .due = "Amount due",
    .tax_on = "{} on {}",
    .tax_included = "Includes {} on {}",
    .payment = "Payment",
    .reason = "Reason",
    .page = "Page {} of {}",
    .to_pay_by = "{} due {}",
    .to_pay = "{} due",
    .was_paid_on = "{} paid on {}",
    .was_paid = "{} paid",
    .was_voided = "{}, void: not to be paid",
    .is_draft = "{}, not issued yet",
    .credited = "{} credited",
};

constexpr std::string_view months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

}  // namespace

const Words& words_of(std::string_view) { return english; }

std::string day_text(Date day, const Words&) {
  const std::chrono::year_month_day date{day};
  return std::string{months[static_cast<unsigned>(date.month()) - 1]} + " " + std::to_string(static_cast<unsigned>(date.day())) + ", " +
         std::to_string(static_cast<int>(date.year()));
}

std::string period_text(const Period& period, const Words& words) {
  const Date last = std::max(period.start, period.end - std::chrono::days{1});
  if (last == period.start) return day_text(last, words);
  auto from = day_text(period.start, words);
  auto to = day_text(last, words);
  const std::chrono::year_month_day a{period.start};
  const std::chrono::year_month_day b{last};
  if (a.year() == b.year()) from.resize(from.find(','));
  if (a.year() == b.year() && a.month() == b.month()) to.erase(0, to.find(' ') + 1);
  return from + " – " + to;
}

std::string grouped(std::string number) {
  const bool negative = number.starts_with('-');
  if (negative) number.erase(0, 1);
  for (auto at = std::min(number.find('.'), number.size()); at > 3; at -= 3) number.insert(at - 3, 1, ',');
  return (negative ? "−" : "") + number;
}

std::string amount_text(std::int64_t minor, Currency currency) { return grouped(major_text(Money{minor, currency})); }
std::string price_text(std::int64_t minor, Currency currency) { return std::string{currency.code()} + " " + amount_text(minor, currency); }
std::string count_text(std::int64_t count) { return grouped(std::to_string(count)); }

std::string fill(std::string_view words, std::string_view first, std::string_view second) {
  std::string out;
  for (const auto value : {first, second}) {
    const auto place = words.find("{}");
    if (place == std::string_view::npos) break;
    out.append(words.substr(0, place)).append(value);
    words.remove_prefix(place + 2);
  }
  return out.append(words);
}

}  // namespace billing::paper
