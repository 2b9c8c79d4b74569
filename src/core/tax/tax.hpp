#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/money/money.hpp"
#include "core/tax/rates.hpp"

namespace billing {

/// What a document says of one rate: of its lines that are exclusive, or that are inclusive of it.
struct RateTax {
  std::string code;
  std::string name;
  Percent percent;
  bool inclusive;
  Money net;  // that it was taken of
  Money tax;
  bool operator==(const RateTax&) const = default;
};

/// A line of a document, as it is to be taxed.
struct TaxableLine {
  Money amount;  // of either sign
  bool inclusive;
};

struct DocumentTax {
  std::vector<RateTax> taxes;     // exclusive ones first, by code
  std::vector<std::int64_t> lines;  // each line's share of the tax, minor units
  Money subtotal;                 // net
  Money tax;
  Money total;  // what is to be paid: the lines and the exclusive tax
};

/// Taxes a document by rates that are sorted by code. Exclusive: once a rate, tax = round(Σ net × percent). Inclusive: net = round(Σ gross ÷ (1 +
/// Σ percents)), the rest is tax, shared over the rates. Every share is by largest remainder.
DocumentTax tax(const std::vector<TaxableLine>& lines, const std::vector<TaxRate>& rates, Currency currency);

/// Σ of the net of lines: what of inclusive ones is left without their tax.
Money net_of(Money gross, const std::vector<TaxRate>& rates);

/// The codes of a document's rates of one kind, as lines are compared by.
std::string codes_of(const std::vector<RateTax>& taxes, bool inclusive);

/// What credit notes took so far of an invoice's lines.
struct Credited {
  std::int64_t exclusive = 0;  // minor units
  std::int64_t inclusive = 0;
};
/// The tax of a credit note over some lines of an invoice, by the invoice's own taxes: for each rate that of all that was credited through this note,
/// less that of all before it. So the notes of an invoice add up to its tax. Lines are of either kind; their amounts are > 0.
DocumentTax note_tax(const std::vector<TaxableLine>& lines, const Credited& before, const std::vector<RateTax>& invoice, Currency currency);

}  // namespace billing
