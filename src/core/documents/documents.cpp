#include "core/documents/documents.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

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

/// What discounts took in all of what is billed once this amount is: of the whole, of the days in advance, or in proportion.
Money discount_through(const OwedItem& owed, Money billed) {
  const auto currency = owed.amount.currency();
  const auto whole = owed.full() - owed.amount;
  if (whole.is_zero() || billed == owed.amount) return whole;
  const auto* base = std::get_if<BaseOwed>(&owed.how);
  if (base != nullptr && billed == base->in_advance) return base->exact_in_advance.rounded(currency) - billed;
  if (owed.amount.is_zero()) return Money{0, currency};
  return {narrowed(rounded_quotient(multiplied(whole.minor(), billed.minor()), owed.amount.minor()), "a discount"), currency};
}

NewLine line_of(const Pending& pending, Money amount) {
  const auto& of = *pending.difference;
  const auto left_out = of.owed.amount - of.earlier_billed - amount;
  const auto discount = discount_through(of.owed, of.earlier_billed + amount) - Money{of.earlier_discount, amount.currency()};
  NewLine line{of.key,   of.period.days,    of.plan_code, of.version, of.sequence, of.quantity, amount,
               of.taxed, of.earlier_billed, left_out,     discount,   of.owed,     ""};
  line.description = describe(line, of.invoice_period);
  return line;
}

void tax_invoice(InvoiceToMake& invoice, const std::vector<TaxRate>& rates) {
  std::vector<TaxableLine> lines;
  for (const auto& line : invoice.lines) lines.push_back({line.amount, line.taxed.inclusive});
  for (const auto& item : invoice.items) lines.push_back({item.amount, false});
  invoice.tax = tax(lines, rates, invoice.currency);
}

InvoiceToMake empty_invoice(const Period& period, Currency currency) {
  const Money none{0, currency};
  return {period, currency, {}, {}, none, {}, {{}, {}, none, none, none}};
}

Int128 sum_of(const std::vector<OneOffItem>& items) {
  Int128 sum = 0;
  for (const auto& item : items) sum += item.amount.minor();
  return sum;
}

/// The invoice of a group and items: what is to be charged, and as much of what is to be taken back as fits.
InvoiceToMake take_invoice(const InvoiceOf& of, const std::vector<Pending*>& group, std::vector<OneOffItem> items,
                           const std::vector<TaxRate>& rates) {
  auto invoice = empty_invoice(of.first, of.second);
  std::map<bool, Int128> room{{false, charges(group, false) + sum_of(items)}, {true, charges(group, true)}};
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
  invoice.items = std::move(items);
  invoice.amount = Money{narrowed(room[false] + room[true], "an invoice's total"), of.second};
  tax_invoice(invoice, rates);
  return invoice;
}

/// What the group and items come to before tax.
Int128 before_tax(const std::vector<Pending*>& group, const std::vector<OneOffItem>& items, const InvoiceOf& of,
                  const std::vector<TaxRate>& rates) {
  const Money gross{narrowed(charges(group, true), "what is to be charged"), of.second};
  return charges(group, false) + net_of(gross, rates).minor() + sum_of(items);
}

/// The items that no invoice has taken, by currency.
class UnbilledItems {
 public:
  explicit UnbilledItems(const std::vector<OneOffItem>& items) {
    for (const auto& item : items) by_currency_[item.amount.currency()].push_back(item);
  }
  const std::vector<OneOffItem>& of(Currency currency) { return by_currency_[currency]; }
  std::vector<OneOffItem> take(Currency currency) { return std::exchange(by_currency_[currency], {}); }
  std::vector<Currency> currencies() const {
    std::vector<Currency> all;
    for (const auto& [currency, items] : by_currency_) {
      if (!items.empty()) all.push_back(currency);
    }
    return all;
  }

 private:
  std::map<Currency, std::vector<OneOffItem>> by_currency_;
};

bool is_too_small(Int128 amount, Currency currency, const SmallestInvoice& smallest) {
  const auto least = smallest.find(currency.code());
  return least != smallest.end() && amount < least->second;
}

InvoiceToMake invoice_of_items(std::vector<OneOffItem> items, const std::vector<TaxRate>& rates, Date today) {
  auto invoice = empty_invoice({today, today + std::chrono::days{1}}, items.front().amount.currency());
  invoice.one_off = true;
  invoice.amount = Money{narrowed(sum_of(items), "an invoice's total"), invoice.currency};
  invoice.items = std::move(items);
  tax_invoice(invoice, rates);
  return invoice;
}

/// Whether the run is the last that a subscription of this currency has, and none goes on: no invoice follows by itself that could take items.
bool is_last(const std::vector<Account>& accounts, Currency currency, Date today) {
  bool ends = false;
  for (const auto& account : accounts) {
    if (account.life.terms.front().version->currency() != currency) continue;
    if (!has_ended(account.life, today) && account.run != RunKind::cancel_now) return false;
    ends = ends || account.run != RunKind::none;
  }
  return ends;
}

/// Items that no other invoice has taken get one of their own: by a generate, unless it is too small, and by a last run, however small.
void bill_items_alone(DocumentsToMake& made, UnbilledItems& items, const std::vector<Account>& accounts, const Conditions& conditions,
                      Date today) {
  for (const auto currency : items.currencies()) {
    const bool large_enough = !is_too_small(sum_of(items.of(currency)), currency, conditions.smallest);
    if (!(conditions.items_alone && large_enough) && !is_last(accounts, currency, today)) continue;
    made.invoices.push_back(invoice_of_items(items.take(currency), conditions.rates, today));
  }
}

/// The notes' tax, by that of their invoices.
void tax_notes(std::vector<NoteToMake>& notes, const Books& books) {
  for (auto& note : notes) {
    const auto& invoice = *std::ranges::find(books, note.invoice, &IssuedInvoice::id);
    std::vector<TaxableLine> lines;
    for (const auto& line : note.lines) {
      const auto& credited = *std::ranges::find(invoice.lines, line.line, &IssuedLine::id);
      lines.push_back({line.amount, credited.taxed.inclusive});
    }
    note.tax = note_tax(lines, invoice.credited, invoice.taxes, invoice.currency);
  }
}

/// Subscriptions that have ended, today's last day included, by a cancel that gives back to the card.
std::set<SubscriptionId> refunded_ones(const std::vector<Account>& accounts, Date today) {
  std::set<SubscriptionId> ids;
  for (const auto& [life, run] : accounts) {
    if (life.end && life.end->refund && (run == RunKind::cancel_now || has_ended(life, today))) ids.insert(life.id);
  }
  return ids;
}

/// What of each note goes back to the card: its lines of these subscriptions, with the tax on top of them.
void note_refunds(std::vector<NoteToMake>& notes, const Books& books, const std::set<SubscriptionId>& refunded) {
  if (refunded.empty()) return;
  for (auto& note : notes) {
    const auto& invoice = *std::ranges::find(books, note.invoice, &IssuedInvoice::id);
    for (std::size_t i = 0; i < note.lines.size(); ++i) {
      const auto& line = note.lines[i];
      if (!refunded.contains(line.key.subscription)) continue;
      const bool inclusive = std::ranges::find(invoice.lines, line.line, &IssuedLine::id)->taxed.inclusive;
      note.refund = note.refund + line.amount + Money{inclusive ? 0 : note.tax.lines.at(i), invoice.currency};
    }
  }
}

void wait(const std::vector<Pending*>& group, bool beside_open, std::vector<std::pair<const Pending*, bool>>& waiting) {
  for (const auto* pending : group) {
    if (pending->rest > Money{0, pending->rest.currency()}) waiting.emplace_back(pending, beside_open);
  }
}

}  // namespace

DocumentsToMake documents(const std::vector<Account>& accounts, std::vector<Difference> differences, const Books& books,
                          const Conditions& conditions, Date today) {
  NoteMaker notes{books};
  std::vector<Pending> all;
  for (auto& difference : differences) all.push_back({&difference, difference.amount});
  std::map<InvoiceOf, std::vector<Pending*>> groups;
  for (auto& pending : all) {
    pending.rest = pending.rest + notes.credit(*pending.difference, pending.rest, NoteMaker::Which::due);
    groups[{pending.difference->invoice_period, pending.difference->currency()}].push_back(&pending);
  }
  DocumentsToMake made;
  UnbilledItems items{conditions.items};
  std::vector<std::pair<const Pending*, bool>> waiting;
  for (const auto& [of, group] : groups) {
    if (charges(group) == 0) continue;
    const auto sum = before_tax(group, items.of(of.second), of, conditions.rates);
    if (has_open_invoice(books, of)) {
      wait(group, true, waiting);
    } else if (is_too_small(sum, of.second, conditions.smallest) && !is_final(accounts, group, today)) {
      wait(group, false, waiting);
    } else {
      made.invoices.push_back(take_invoice(of, group, items.take(of.second), conditions.rates));
    }
  }
  bill_items_alone(made, items, accounts, conditions, today);
  for (auto& pending : all) pending.rest = pending.rest + notes.credit(*pending.difference, pending.rest, NoteMaker::Which::all);
  made.notes = notes.take();
  tax_notes(made.notes, books);
  note_refunds(made.notes, books, refunded_ones(accounts, today));
  std::ranges::sort(waiting);  // pointers into `all`: the order of lines
  for (const auto& [pending, beside_open] : waiting) {
    made.waiting.push_back({pending->difference->key, pending->difference->invoice_period, pending->rest, beside_open});
  }
  return made;
}

DocumentsToMake bill(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books,
                     const Conditions& conditions, Date today) {
  return documents(accounts, differences(accounts, usage, books, conditions.rates, today), books, conditions, today);
}

Money item_amount(std::int64_t quantity, Decimal unit_price, Currency currency) { return unit_price.times(quantity).rounded(currency); }

InvoiceToMake invoice_of(const OneOffItem& item, const std::vector<TaxRate>& rates, Date today) {
  return invoice_of_items({item}, rates, today);
}

}  // namespace billing
