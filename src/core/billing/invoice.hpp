#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/catalog/plan.hpp"
#include "core/catalog/pricing.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "core/time/period.hpp"

namespace billing {

enum class InvoiceStatus : std::uint8_t { open, paid, void_ };
std::string_view to_text(InvoiceStatus status);  // "open", "paid", "void"
std::optional<InvoiceStatus> parse_invoice_status(std::string_view text);

/// Where an invoice's collection stands: not tried yet, tried and to be tried again, given up, nothing left to do.
enum class Collection : std::uint8_t { pending, retrying, uncollected, done };
std::string_view to_text(Collection collection);
std::optional<Collection> parse_collection(std::string_view text);

enum class LineKind : std::uint8_t { base, usage };
std::string_view to_text(LineKind kind);
std::optional<LineKind> parse_line_kind(std::string_view text);

/// What the lines of invoices that are not void hold already for one subscription, period and (for usage) metric.
struct Billed {
  std::int64_t amount = 0;  // minor units
  Int128 quantity = 0;
  bool operator==(const Billed&) const = default;
};

/// A period of a subscription that may have something unbilled, with everything that decides what it owes.
struct PeriodFacts {
  Period period;
  bool trial = false;      // owes nothing, and its usage makes no zero line
  std::int64_t full_days;  // ≥ 1; of the period before it was cut short; = period.days() when it was not
  std::map<std::string, Int128> usage;  // metric → total recorded in the period; metrics without a charge are left aside
  Billed base;
  std::map<std::string, Billed> billed_usage;  // by metric
};

struct SubscriptionFacts {
  SubscriptionId id;
  const Plan* plan;                  // not null, outlives the call
  Period invoice_period;             // the period whose invoice this subscription's lines go on
  std::vector<PeriodFacts> periods;  // in time order; usually the invoice period and some earlier ones
};

/// How a usage line came about: amount = rating.amount + rounding − earlier_billed − deferred, exactly.
struct UsageExplanation {
  std::string model;
  Rating rating;
  Decimal rounding;        // what the one rounding added to the exact rating
  Decimal earlier_billed;  // by earlier lines for the same period and metric
  Decimal deferred;        // part of a negative difference that did not fit on this invoice (negative or zero)
  bool operator==(const UsageExplanation&) const = default;
};
/// How a base line came about: amount of the line = round(amount × days ÷ of_days) − earlier_billed − deferred.
struct BaseExplanation {
  Decimal amount;  // the plan's base fee
  std::int64_t days;
  std::int64_t of_days;
  Decimal earlier_billed;
  Decimal deferred;
  bool operator==(const BaseExplanation&) const = default;
};
using Explanation = std::variant<BaseExplanation, UsageExplanation>;

struct LineDraft {
  SubscriptionId subscription_id;
  std::string plan_code;
  LineKind kind;
  std::string metric;  // empty for base
  Period period;
  std::int64_t quantity;  // base: 1; usage: the units that this line newly covers, ≥ 0
  Money amount;
  std::string description;  // "Pro: 2026-01-31 to 2026-02-27", "api_calls: 120,000 units, 100,000 included": for the customer
  Explanation explanation;
};

struct InvoiceDraft {
  Period period;
  Currency currency;
  std::vector<LineDraft> lines;  // never empty; they sum to `amount`
  Money amount;                  // ≥ 0
  std::map<std::string, std::int64_t> usage;  // metric → newly covered quantity, over all lines; every metric with a line is there
};

/// What would not go on an invoice now and stays owed (or, negative, stays a credit): all that is left of one period.
struct Unbilled {
  SubscriptionId subscription_id;
  Period period;
  std::int64_t amount;  // minor units, the sum of what is left; 0 when a charge and a credit that are both left cancel
};

struct BillingDecision {
  std::vector<InvoiceDraft> invoices;  // at most one a (invoice period, currency), in that order
  std::vector<Unbilled> unbilled;      // one a (subscription, period) with something left, in input order
};

/// Key of the invoices that a user already has open: nothing can be added beside them.
using InvoiceKey = std::pair<Period, Currency>;

/// What one user is to be invoiced: owed minus billed, for each period given. Subscriptions whose invoice period and currency are the
/// same share an invoice. Differences of zero make no line, except usage that newly came and costs nothing: it makes a zero line
/// when the invoice has another line. An invoice is never negative: negative differences are split to fit what the positive ones come to
/// (in line order), the rest is unbilled. With no positive difference there is no invoice. A key in `open` makes no invoice either: all its
/// differences are unbilled. Line order: subscriptions as given, periods in time order, base before usage, metrics by name.
/// Throws Overflow, naming the subscription, when a usage total, an amount, a difference or a sum of them does not fit 64 bits.
BillingDecision decide_billing(const std::vector<SubscriptionFacts>& subscriptions, const std::vector<InvoiceKey>& open);

}  // namespace billing
