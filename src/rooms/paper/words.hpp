#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/money/money.hpp"
#include "core/time/period.hpp"

namespace billing::paper {

/// What is printed beside the document's own words, in one language.
struct Words {
  std::string_view language;
  std::string_view invoice, credit_note;
  std::string_view draft, paid, voided;
  std::string_view number, issued_on, due_on, period, of_invoice;
  std::string_view from, bill_to, credit_to, tax_id;
  std::string_view description, quantity, amount;
  std::string_view subtotal, discount, net_total, total, total_credited, due;
  std::string_view tax_on, tax_included;  // "{} on {}", "Includes {} on {}"
  std::string_view payment, reason;
  std::string_view page;  // "Page {} of {}"
  std::string_view to_pay_by, to_pay, was_paid_on, was_paid, was_voided, is_draft, credited;  // the sentence at the head
};
/// Of a language that is not known, English.
const Words& words_of(std::string_view language);

/// "June 1, 2026"
std::string day_text(Date day, const Words& words);
/// "June 1 – 30, 2026": the last day is part of it.
std::string period_text(const Period& period, const Words& words);
/// "1,234.50", "−5.00": without its currency.
std::string amount_text(std::int64_t minor, Currency currency);
/// "USD 1,234.50"
std::string price_text(std::int64_t minor, Currency currency);
/// "120,000"
std::string count_text(std::int64_t count);
/// Commas between the thousands of a plain decimal, a true minus: "-1234.5" → "−1,234.5".
std::string grouped(std::string number);
/// The words with their places filled: fill("Page {} of {}", "1", "3").
std::string fill(std::string_view words, std::string_view first, std::string_view second = {});

}  // namespace billing::paper
