#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/documents/documents.hpp"
#include "core/facts/cancel.hpp"
#include "core/facts/pause.hpp"
#include "core/facts/periods.hpp"
#include "core/facts/testing.hpp"

// One user's books: what runs make is entered as issued, so that the next run starts from it.
namespace billing::test {

struct User {
  std::vector<Life> lives;
  std::vector<UsageDay> usage = {};
  Books books = {};
  Conditions conditions = {};
  DocumentsToMake last = {};  // what the last run made
  std::uint16_t ids = 0;

  std::vector<std::uint8_t> next_id() {
    ++ids;
    return {static_cast<std::uint8_t>(ids >> 8), static_cast<std::uint8_t>(ids & 255)};
  }
  template <class AnyId>
  AnyId made_id() {
    typename AnyId::Bytes bytes{};
    const auto number = next_id();
    std::ranges::copy(number, bytes.end() - 2);
    return AnyId{bytes};
  }

  void use(std::string_view on, Int128 quantity, std::string metric = "api_calls", std::optional<SubscriptionId> named = {}) {
    usage.push_back({std::move(metric), day(on), named, quantity});
  }

  Conditions of_run(RunKind kind) const {
    auto run = conditions;
    run.items_alone = kind == RunKind::generate;
    return run;
  }

  /// A run of the given kind over one subscription or all; "invoice …", "note …" and "waiting …", a line each.
  std::string run(RunKind kind, Date today, std::optional<std::size_t> only = {}) {
    std::vector<Account> accounts;
    for (std::size_t i = 0; i < lives.size(); ++i) accounts.push_back({lives[i], only && *only != i ? RunKind::none : kind});
    last = bill(accounts, usage, books, of_run(kind), today);
    enter();
    return text();
  }
  std::string run(RunKind kind, std::string_view today, std::optional<std::size_t> only = {}) { return run(kind, day(today), only); }

  /// The next period of every subscription that has come to its end, each with its run.
  std::string roll(std::string_view today) {
    std::string texts;
    for (std::size_t i = 0; i < lives.size(); ++i) {
      while (auto next = roll_over(lives[i], day(today))) {
        lives[i] = *next;
        texts += run(RunKind::roll_over, today, i);
      }
    }
    return texts;
  }

  void pay(IssuedInvoice& invoice) {
    invoice.due = Money{0, invoice.currency};
    invoice.is_open = false;
  }
  void pay_all() {
    for (auto& invoice : books) {
      if (!invoice.is_void) pay(invoice);
    }
  }
  /// A goodwill note over all that is left, or a percentage of each line of it.
  void forgive(IssuedInvoice& invoice, std::int64_t percentage = 100) {
    auto billed = billed_by_key(books);
    for (auto& line : invoice.lines) {
      auto& left = billed[line.key].left;
      const auto amount =
          std::max<std::int64_t>(0, std::min(left, line.amount.minor() - line.corrected - line.forgiven)) * percentage / 100;
      line.forgiven += amount;
      left -= amount;
    }
    pay(invoice);
  }
  void make_void(IssuedInvoice& invoice) {
    pay(invoice);
    invoice.is_void = true;
  }

  void enter() {
    for (const auto& note : last.notes) {
      auto& invoice = *std::ranges::find(books, note.invoice, &IssuedInvoice::id);
      for (const auto& line : note.lines) std::ranges::find(invoice.lines, line.line, &IssuedLine::id)->corrected += line.amount.minor();
      for (const auto& line : note.lines) {
        const auto inclusive = std::ranges::find(invoice.lines, line.line, &IssuedLine::id)->taxed.inclusive;
        (inclusive ? invoice.credited.inclusive : invoice.credited.exclusive) += line.amount.minor();
      }
      invoice.due = invoice.due - std::min(note.total(), invoice.due);
      invoice.is_open = invoice.is_open && !invoice.due.is_zero();
    }
    for (const auto& made : last.invoices) {
      IssuedInvoice invoice{made_id<InvoiceId>(), made.period, made.currency, !made.one_off, false, !made.total().is_zero(),
                            made.total(),         {}};
      invoice.taxes = made.tax.taxes;
      for (const auto& line : made.lines) {
        invoice.lines.push_back(
            {made_id<InvoiceLineId>(), line.key, line.sequence, line.quantity, line.amount, 0, 0, line.taxed, line.discount.minor()});
      }
      for (const auto& item : made.items) std::erase_if(conditions.items, [&](const auto& one) { return one.id == item.id; });
      books.push_back(invoice);
    }
  }
  /// "invoice 2026-06-01: base 14900, usage:api_calls 2000\nnote 3319\nwaiting base 100\n"
  std::string text() const {
    std::string text;
    for (const auto& invoice : last.invoices) {
      text += "invoice " + to_text(invoice.period.start) + ":";
      for (const auto& line : invoice.lines) text += ' ' + line.key.item.text() + ' ' + std::to_string(line.amount.minor());
      for (const auto& item : invoice.items) text += " item " + std::to_string(item.amount.minor());
      text += invoice.one_off ? " one_off\n" : "\n";
    }
    for (const auto& note : last.notes) {
      text += "note " + std::to_string(note.amount.minor());
      if (!note.refund.is_zero()) text += " refund " + std::to_string(note.refund.minor());
      text += '\n';
    }
    for (const auto& waits : last.waiting) text += "waiting " + waits.key.item.text() + ' ' + std::to_string(waits.amount.minor()) + '\n';
    return text;
  }
};

/// A user with one subscription.
inline User on(PlanVersionPtr version, std::string_view start = "2026-06-01") { return {.lives = {begun(std::move(version), start)}}; }

}  // namespace billing::test
