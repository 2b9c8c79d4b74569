#include "core/documents/documents.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/documents/describe.hpp"
#include "core/documents/notes.hpp"

namespace billing {
namespace {

using InvoiceOf = std::pair<Period, Currency>;

/// A difference on its way to its documents.
struct Pending {
  Difference* difference;
  Money rest;  // what no document has taken
};

bool has_open_invoice(const Books& books, const InvoiceOf& of) {
  return std::ranges::any_of(books, [&](const IssuedInvoice& invoice) {
    return invoice.of_subscriptions && invoice.is_open && invoice.period == of.first && invoice.currency == of.second;
  });
}

/// Σ of the positive differences that are taxed in this way.
Int128 charges(const std::vector<Pending*>& group, std::optional<bool> inclusive = {}) {
  Int128 sum = 0;
  for (const auto* pending : group) {
    const auto& difference = *pending->difference;
    if (difference.amount.is_negative() || (inclusive && difference.taxed.inclusive != *inclusive)) continue;
    sum += difference.amount.minor();
  }
  return sum;
}

/// Whether a run makes an invoice however small: all but a roll-over or generate of subscriptions that go on.
bool is_final(const std::vector<Account>& accounts, const std::vector<Pending*>& group, Date today) {
  return std::ranges::any_of(group, [&](const Pending* pending) {
    const auto& account = accounts[pending->difference->account];
    return (account.run != RunKind::roll_over && account.run != RunKind::generate) || has_ended(account.life, today);
  });
}

NewLine line_of(const Pending& pending, Money amount) {
  const auto& of = *pending.difference;
  const auto left_out = of.owed.amount - of.earlier_billed - amount;
  NewLine line{of.key, of.period.days, of.plan_code,      of.version, of.sequence, of.quantity,
               amount, of.taxed,       of.earlier_billed, left_out,   of.owed,     ""};
  line.description = describe(line, of.invoice_period);
  return line;
}

/// The invoice of a group: what is to be charged, and as much of what is to be taken back as fits.
InvoiceToMake take_invoice(const InvoiceOf& of, const std::vector<Pending*>& group) {
  InvoiceToMake invoice{of.first, of.second, {}, Money{0, of.second}, {}};
  std::map<bool, Int128> room{{false, charges(group, false)}, {true, charges(group, true)}};
  for (auto* pending : group) {
    const auto& difference = *pending->difference;
    auto amount = pending->rest;
    if (difference.amount.is_negative()) {
      auto& left = room[difference.taxed.inclusive];
      const Int128 fitting = difference.may_be_taken_off ? std::max<Int128>(amount.minor(), -left) : 0;
      if (fitting == 0) continue;
      left += fitting;
      amount = Money{narrowed(fitting, "a line"), of.second};
    }
    invoice.lines.push_back(line_of(*pending, amount));
    pending->rest = pending->rest - amount;
    if (difference.key.item.kind != ItemKind::usage) continue;
    auto& used = invoice.usage[difference.key.item.metric];
    used = narrowed(Int128{used} + difference.quantity, "the usage of an invoice");
  }
  invoice.amount = Money{narrowed(room[false] + room[true], "an invoice's total"), of.second};
  return invoice;
}

void wait(const std::vector<Pending*>& group, bool beside_open, std::vector<std::pair<const Pending*, bool>>& waiting) {
  for (const auto* pending : group) {
    if (pending->rest > Money{0, pending->rest.currency()}) waiting.emplace_back(pending, beside_open);
  }
}

}  // namespace

DocumentsToMake documents(const std::vector<Account>& accounts, std::vector<Difference> differences, const Books& books,
                          const SmallestInvoice& smallest, Date today) {
  NoteMaker notes{books};
  std::vector<Pending> all;
  for (auto& difference : differences) all.push_back({&difference, difference.amount});
  std::map<InvoiceOf, std::vector<Pending*>> groups;
  for (auto& pending : all) {
    pending.rest = pending.rest + notes.credit(*pending.difference, pending.rest, NoteMaker::Which::due);
    groups[{pending.difference->invoice_period, pending.difference->currency()}].push_back(&pending);
  }
  DocumentsToMake made;
  std::vector<std::pair<const Pending*, bool>> waiting;
  for (const auto& [of, group] : groups) {
    const auto sum = charges(group);
    const auto least = smallest.find(of.second.code());
    if (sum == 0) continue;
    if (has_open_invoice(books, of)) {
      wait(group, true, waiting);
    } else if (least != smallest.end() && sum < least->second && !is_final(accounts, group, today)) {
      wait(group, false, waiting);
    } else {
      made.invoices.push_back(take_invoice(of, group));
    }
  }
  for (auto& pending : all) pending.rest = pending.rest + notes.credit(*pending.difference, pending.rest, NoteMaker::Which::all);
  made.notes = notes.take();
  std::ranges::sort(waiting);  // pointers into `all`: the order of lines
  for (const auto& [pending, beside_open] : waiting) {
    made.waiting.push_back({pending->difference->key, pending->difference->invoice_period, pending->rest, beside_open});
  }
  return made;
}

DocumentsToMake bill(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books, const std::string& rates,
                     const SmallestInvoice& smallest, Date today) {
  return documents(accounts, differences(accounts, usage, books, rates, today), books, smallest, today);
}

}  // namespace billing
