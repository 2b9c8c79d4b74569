#pragma once

#include <map>
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
  OwedItem owed;
  std::string description;  // for the customer
};
struct InvoiceToMake {
  Period period;
  Currency currency;
  std::vector<NewLine> lines;  // never empty
  Money amount;                // Σ lines, before exclusive tax; ≥ 0
  std::map<std::string, std::int64_t> usage;  // metric → newly covered quantity; every metric with a line is there
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
};

/// Owed, not billed: beside an open invoice of the same period and currency, or below the smallest invoice.
struct Waiting {
  ItemKey key;
  Period invoice_period;
  Money amount;  // > 0
  bool beside_open;  // else below the smallest invoice
};

struct DocumentsToMake {
  std::vector<InvoiceToMake> invoices;  // at most one a (period, currency), in that order
  std::vector<NoteToMake> notes;        // by the age of their invoices, oldest first
  std::vector<Waiting> waiting;         // in the order of lines
};

/// The least that an invoice must come to, by currency code, in minor units: BILLING_MINIMUM_INVOICE.
using SmallestInvoice = std::map<std::string, std::int64_t, std::less<>>;

/// What a run makes of the differences: docs/billing-rules.md, "Documents". Pure, and the same for a preview.
DocumentsToMake documents(const std::vector<Account>& accounts, std::vector<Difference> differences, const Books& books,
                          const SmallestInvoice& smallest, Date today);

/// facts → owed → differences → documents in one call. `accounts` are all the user's subscriptions in the order in which they were made.
DocumentsToMake bill(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books, const std::string& rates,
                     const SmallestInvoice& smallest, Date today);

}  // namespace billing
