#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/int128.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "core/owed/item.hpp"
#include "core/tax/tax.hpp"
#include "core/time/period.hpp"

namespace billing {

/// How a line is taxed. Lines are taxed alike when both are equal.
struct TaxedAs {
  bool inclusive = false;  // the amount holds its tax
  std::string rates;       // the rates' codes; empty: none
  bool operator==(const TaxedAs&) const = default;
  auto operator<=>(const TaxedAs&) const = default;
};

/// A line of an issued invoice with what credit notes took off it.
struct IssuedLine {
  InvoiceLineId id;
  ItemKey key;
  std::int64_t sequence;
  std::int64_t quantity;
  Money amount;
  std::int64_t corrected = 0;  // by correction notes, ≥ 0: not billed any more
  std::int64_t forgiven = 0;   // by goodwill notes, ≥ 0: stays billed
  TaxedAs taxed;
  std::int64_t discount = 0;  // minor units that discounts took off it, for information
};
struct IssuedInvoice {
  InvoiceId id;
  Period period;
  Currency currency;
  bool of_subscriptions = true;  // kind: subscription
  bool is_void = false;
  bool is_open = false;  // not paid, not void
  Money due;             // 0 unless open
  std::vector<IssuedLine> lines;  // in their order
  std::vector<RateTax> taxes = {};
  Credited credited = {};  // by notes so far, of all of its lines
};

/// What is billed already of one key.
struct BilledItem {
  std::int64_t amount = 0;    // lines that are not void less correction notes
  std::int64_t left = 0;      // less all credit notes
  std::int64_t discount = 0;  // of what is billed, for information
  Int128 quantity = 0;        // of lines that are not void
  std::int64_t next_sequence = 0;
  std::optional<TaxedAs> taxed;  // the newest line that is not void
};

/// One user's invoices, oldest first: all with a line of a key that a run looks at, and all open ones.
using Books = std::vector<IssuedInvoice>;

std::map<ItemKey, BilledItem> billed_by_key(const Books& books);

}  // namespace billing
