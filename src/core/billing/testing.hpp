#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "core/billing/invoice.hpp"
#include "core/testing.hpp"

// How the tests of decide_billing write down what goes in and what comes out.
namespace billing::test {

inline const Period january = period("2026-01-01", "2026-02-01");
inline const Period february = period("2026-02-01", "2026-03-01");

inline Plan pro() { return plan(usd(4900), {per_unit("api_calls", "0.001", 100'000)}); }
inline SubscriptionFacts subscribed(const Plan& to, std::vector<PeriodFacts> periods, std::uint8_t id = 1) {
  const auto latest = periods.back().period;
  return {subscription_id(id), &to, latest, std::move(periods)};
}

struct Line {
  std::string what;  // "base" or the metric
  std::int64_t quantity;
  std::int64_t amount;
  bool operator==(const Line&) const = default;
};
inline void PrintTo(const Line& line, std::ostream* out) { *out << line.what << " × " << line.quantity << " = " << line.amount; }

inline std::vector<Line> lines_of(const InvoiceDraft& invoice) {
  std::vector<Line> lines;
  for (const auto& line : invoice.lines) {
    lines.push_back({line.kind == LineKind::base ? "base" : line.metric, line.quantity, line.amount.minor()});
  }
  return lines;
}
using Lines = std::vector<Line>;

/// The one invoice of a decision.
inline InvoiceDraft only(const BillingDecision& decision) {
  if (decision.invoices.size() != 1) throw std::logic_error(std::to_string(decision.invoices.size()) + " invoices");
  return decision.invoices[0];
}
inline std::vector<std::int64_t> unbilled_amounts(const BillingDecision& decision) {
  std::vector<std::int64_t> amounts;
  for (const auto& left : decision.unbilled) amounts.push_back(left.amount);
  return amounts;
}
using Amounts = std::vector<std::int64_t>;

inline const UsageExplanation& usage_why(const LineDraft& line) { return std::get<UsageExplanation>(line.explanation); }
inline const BaseExplanation& base_why(const LineDraft& line) { return std::get<BaseExplanation>(line.explanation); }

}  // namespace billing::test
