#pragma once

#include <rapidcheck/gtest.h>

#include "core/documents/testing.hpp"

// What every document must satisfy, whatever made it.
namespace billing::test {

/// What a line is by its explanation alone.
inline Money recomputed(const OwedItem& owed) {
  const auto currency = owed.amount.currency();
  if (const auto* base = std::get_if<BaseOwed>(&owed.how)) {
    Int128 sum = 0;
    for (const auto& segment : base->segments) sum += Int128{segment.fee.minor()} * segment.quantity * segment.charged_days();
    return {narrowed(rounded_quotient(sum, base->of_days), "sum"), currency};
  }
  if (const auto* usage = std::get_if<UsageOwed>(&owed.how)) {
    Decimal sum;
    std::int64_t count = 0;
    for (const auto& segment : usage->segments) {
      RC_ASSERT(segment.count_before == count);
      count = segment.count_after;
      for (const auto& step : segment.after.steps) sum = sum + step.unit_price.times(step.quantity) + step.flat_price;
      for (const auto& step : segment.before.steps) sum = sum - step.unit_price.times(step.quantity) - step.flat_price;
    }
    RC_ASSERT(count == usage->quantity);
    return (sum + usage->rounding).rounded(currency);
  }
  const auto& minimum = std::get<MinimumOwed>(owed.how);
  Int128 sum = 0;
  for (const auto& segment : minimum.segments) sum += Int128{segment.minimum.minor()} * (segment.days.days() - segment.paused_days);
  const auto required = narrowed(rounded_quotient(sum, minimum.of_days), "sum");
  return {std::max<std::int64_t>(0, required - minimum.counted.minor()), currency};
}

inline void check_documents(const User& user) {
  for (const auto& invoice : user.last.invoices) {
    Money sum{0, invoice.currency};
    for (const auto& line : invoice.lines) {
      sum = sum + line.amount;
      RC_ASSERT(recomputed(line.owed) == line.owed.full());
      auto owed = line.owed.full();
      for (const auto& discount : line.owed.discounts) owed = owed - discount.taken;
      RC_ASSERT(owed == line.owed.amount);
      RC_ASSERT(line.amount == line.owed.amount - line.earlier_billed - line.left_out);
      RC_ASSERT(line.quantity >= 0);
      RC_ASSERT(!line.description.empty());
    }
    RC_ASSERT(sum == invoice.amount);
    RC_ASSERT(!invoice.amount.is_negative());
    RC_ASSERT(!invoice.tax.tax.is_negative());
    RC_ASSERT(invoice.total() == invoice.tax.subtotal + invoice.tax.tax);
  }
  for (const auto& note : user.last.notes) {
    RC_ASSERT(note.amount > usd(0));
    RC_ASSERT(note.total() >= note.amount);
  }
  for (const auto& waits : user.last.waiting) RC_ASSERT(waits.amount > usd(0));
  for (const auto& invoice : user.books) {
    for (const auto& line : invoice.lines) RC_ASSERT(line.corrected + line.forgiven <= std::max<std::int64_t>(0, line.amount.minor()));
  }
}

}  // namespace billing::test
