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

/// The line's key so far: the newest line of it that stands, and the units of all that do.
struct Earlier {
  const IssuedLine* newest = nullptr;
  Int128 quantity = 0;
};
inline Earlier earlier_than(const Books& books, const NewLine& line) {
  Earlier earlier;
  for (const auto& invoice : books) {
    for (const auto& other : invoice.lines) {
      if (invoice.is_void || other.key != line.key || other.sequence >= line.sequence) continue;
      if (earlier.newest == nullptr || other.sequence > earlier.newest->sequence) earlier.newest = &other;
      earlier.quantity += other.quantity;
    }
  }
  return earlier;
}

/// Lines beside each other on an invoice, once it is entered.
inline void check_lines(const User& user, const InvoiceToMake& invoice) {
  std::map<bool, Money> sums{{false, Money{0, invoice.currency}}, {true, Money{0, invoice.currency}}};
  for (const auto& line : invoice.lines) {
    sums.at(line.taxed.inclusive) = sums.at(line.taxed.inclusive) + line.amount;
    const auto [newest, quantity] = earlier_than(user.books, line);
    if (line.amount.is_negative()) RC_ASSERT((newest != nullptr && newest->taxed == line.taxed));
    if (line.key.item.kind == ItemKind::usage) RC_ASSERT(line.quantity == std::max<Int128>(0, line.owed.quantity - quantity));
  }
  for (const auto& [inclusive, sum] : sums) RC_ASSERT(!sum.is_negative());
}

inline void check_books(const Books& books) {
  std::map<ItemKey, std::vector<bool>> sequences;
  std::map<std::pair<Period, Currency>, int> open;
  for (const auto& invoice : books) {
    if (invoice.is_open && invoice.of_subscriptions) RC_ASSERT((++open[{invoice.period, invoice.currency}] == 1));
    for (const auto& line : invoice.lines) {
      auto& seen = sequences[line.key];
      RC_ASSERT(line.sequence == std::ssize(seen));
      seen.push_back(true);
      if (invoice.is_void) RC_ASSERT(line.corrected == 0);
      RC_ASSERT(line.corrected + line.forgiven <= std::max<std::int64_t>(0, line.amount.minor()));
    }
  }
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
    check_lines(user, invoice);
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
  check_books(user.books);
}

}  // namespace billing::test
