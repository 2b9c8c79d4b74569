#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/documents/differences.hpp"

namespace billing {

/// A line of an invoice to be made. amount = owed − earlier_billed − left_out, exactly.
struct NewLine {
  ItemKey key;
  Period period;
  std::string plan_code;  // of the last term
  std::int64_t version;
  std::int64_t sequence;
  std::int64_t quantity;  // base and minimum: 1; usage: the units that it newly covers, ≥ 0
  Money amount;
  TaxedAs taxed;
  Money earlier_billed;
  Money left_out;  // of the difference: not yet billed (days not in advance), or credited by a note
  Money discount;  // what discounts took of it, for information: below zero where a discount is taken back with it
  OwedItem owed;
  std::string description;  // for the customer
};

/// An item of its own, that is on no document that stands; exclusive of tax.
struct OneOffItem {
  ItemId id;
  std::string description;
  Money amount;  // ≥ 1 minor unit
  std::int64_t quantity = 1;
  std::optional<Decimal> unit_price = {};  // of which the amount was made
  std::int64_t sequence = 0;  // lines of it so far, all void
};

/// What so many at that price come to, rounded once. Throws Overflow.
Money item_amount(std::int64_t quantity, Decimal unit_price, Currency currency);

struct InvoiceToMake {
  Period period;
  Currency currency;
  std::vector<NewLine> lines;
  std::vector<OneOffItem> items;  // after the lines; never both empty
  Money amount;                   // Σ lines and items, before exclusive tax; ≥ 0
  std::map<std::string, std::int64_t> usage;  // metric → newly covered quantity; every metric with a line is there
  DocumentTax tax;  // of the lines, then the items
  bool one_off = false;  // of items alone

  Money total() const { return tax.total; }  // what is to be paid
};

struct NoteLine {
  InvoiceLineId line;  // that it credits
  ItemKey key;
  Money amount;        // > 0
  OwedItem owed;       // what the key owes now, and so why
};
/// A correction note: at most one an invoice and run.
struct NoteToMake {
  InvoiceId invoice;
  std::vector<NoteLine> lines;  // never empty, in the order of the invoice's lines
  Money amount;                 // Σ lines, before exclusive tax; > 0
  DocumentTax tax;
  Money refund = {
      0,
      amount.currency()};  // of the total: what goes back to the card as far as it can, beyond what is due; of subscriptions that ended so

  Money total() const { return tax.total; }
};

/// Owed, not billed: beside an open invoice of the same period and currency, or below the smallest invoice.
struct Waiting {
  ItemKey key;
  Period invoice_period;
  Money amount;  // > 0
  bool beside_open;  // else below the smallest invoice
};

struct DocumentsToMake {
  std::vector<InvoiceToMake> invoices;  // at most one a (period, currency), in that order; then those of items alone
  std::vector<NoteToMake> notes;  // by the age of their invoices, oldest first
  std::vector<Waiting> waiting;  // in the order of lines
};

/// The least that an invoice must come to, by currency code, in minor units: BILLING_MINIMUM_INVOICE.
using SmallestInvoice = std::map<std::string, std::int64_t, std::less<>>;

/// What decides beside the facts and the books.
struct Conditions {
  std::vector<TaxRate> rates = {};  // the user's (rates_for)
  std::vector<OneOffItem> items = {};  // unbilled, oldest first
  SmallestInvoice smallest = {};
  bool items_alone = false;  // a generate: items that find no other invoice get one of their own
};

/// What a run makes of the differences: docs/billing-rules.md, "Documents". Pure, and the same for a preview.
DocumentsToMake documents(const std::vector<Account>& accounts, std::vector<Difference> differences, const Books& books,
                          const Conditions& conditions, Date today);

/// facts → owed → differences → documents in one call. `accounts` are all the user's subscriptions in the order in which they were made.
DocumentsToMake bill(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books,
                     const Conditions& conditions, Date today);

/// The invoice of one item, at once: of the day [today, tomorrow).
InvoiceToMake invoice_of(const OneOffItem& item, const std::vector<TaxRate>& rates, Date today);

}  // namespace billing
