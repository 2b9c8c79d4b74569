#include <algorithm>
#include <limits>

#include "base/int128.hpp"
#include "core/billing/invoice.hpp"
#include "core/billing/line_description.hpp"

namespace billing {
namespace {

/// Owed minus billed, for the base fee or one metric of one period: a line that no invoice has been found for yet.
struct Difference {
  const SubscriptionFacts* subscription;
  const PeriodFacts* period;
  LineKind kind;
  std::string metric;
  std::int64_t quantity;    // newly covered
  Money amount;             // owed minus billed
  Explanation explanation;  // nothing deferred
  Money unbilled;           // what of `amount` no line has taken

  InvoiceKey key() const { return {subscription->invoice_period, subscription->plan->amount.currency()}; }
};

template <class Map>
auto value_or_zero(const Map& map, const std::string& key) -> typename Map::mapped_type {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

Difference base_difference(const SubscriptionFacts& subscription, const PeriodFacts& period) {
  const Money fee = subscription.plan->amount;
  const Money billed{period.base.amount, fee.currency()};
  const auto days = period.trial ? 0 : period.period.days();
  const Money amount = multiply_ratio(fee, days, period.full_days) - billed;
  const BaseExplanation why{Decimal::of(fee), days, period.full_days, Decimal::of(billed), {}};
  return {&subscription, &period, LineKind::base, "", 1, amount, why, amount};
}

Difference usage_difference(const SubscriptionFacts& subscription, const PeriodFacts& period, const Charge& charge) {
  const auto currency = subscription.plan->amount.currency();
  const auto before = value_or_zero(period.billed_usage, charge.metric);
  // What is used in a trial counts for nothing: it is not rated, and no later line covers it.
  const auto total = period.trial ? 0 : narrowed(value_or_zero(period.usage, charge.metric), "the usage");
  const auto rating = rate(charge, total);
  const Money owed = rating.amount.rounded(currency);
  const Money billed{before.amount, currency};
  const auto quantity = narrowed(std::max<Int128>(0, total - before.quantity), "the newly covered usage");
  const UsageExplanation why{std::string{model_name(charge.model)}, rating, Decimal::of(owed) - rating.amount, Decimal::of(billed), {}};
  const Money amount = owed - billed;
  return {&subscription, &period, LineKind::usage, charge.metric, quantity, amount, why, amount};
}

std::vector<const Charge*> by_metric(const std::vector<Charge>& charges) {
  std::vector<const Charge*> sorted;
  for (const auto& charge : charges) sorted.push_back(&charge);
  std::ranges::sort(sorted, {}, [](const Charge* charge) -> const std::string& { return charge->metric; });
  return sorted;
}

/// An operator must see from the error alone which subscription cannot be billed, and for what.
[[noreturn]] void rethrow_naming(const Overflow& error, const SubscriptionFacts& subscription, const Period& period,
                                 const std::string& what) {
  throw Overflow("subscription " + subscription.id.text() + ", " + what + " of the period from " + to_text(period.start) + ": " +
                 error.what());
}

/// In the order of lines.
std::vector<Difference> all_differences(const std::vector<SubscriptionFacts>& subscriptions) {
  std::vector<Difference> differences;
  for (const auto& subscription : subscriptions) {
    const auto charges = by_metric(subscription.plan->charges);
    for (const auto& period : subscription.periods) {
      std::string what = "base fee";
      try {
        differences.push_back(base_difference(subscription, period));
        for (const auto* charge : charges) {
          what = charge->metric;
          differences.push_back(usage_difference(subscription, period, *charge));
        }
      } catch (const Overflow& error) {
        rethrow_naming(error, subscription, period.period, what);
      }
    }
  }
  return differences;
}

/// The line that takes `amount` of a difference; the rest of it is deferred.
LineDraft line_of(const Difference& difference, Money amount) {
  const auto& subscription = *difference.subscription;
  LineDraft line{subscription.id,           subscription.plan->code, difference.kind, difference.metric,
                 difference.period->period, difference.quantity,     amount,          "",
                 difference.explanation};
  std::visit([&](auto& why) { why.deferred = Decimal::of(difference.amount - amount); }, line.explanation);
  line.description = line_description(line, *subscription.plan, subscription.invoice_period);
  return line;
}

/// What of a negative difference fits while the invoice stays at or above zero.
Money fitting_credit(Money amount, Int128 room) {
  const auto most = static_cast<std::int64_t>(std::min<Int128>(room, std::numeric_limits<std::int64_t>::max()));
  return std::max(amount, Money{-most, amount.currency()});
}

/// An invoice with what of these differences can go on it, marking in them what it takes; nullopt when there is nothing to charge.
std::optional<InvoiceDraft> take_invoice(const InvoiceKey& key, const std::vector<Difference*>& differences) {
  Int128 room = 0;
  for (const auto* difference : differences) room += std::max<std::int64_t>(0, difference->amount.minor());
  if (room == 0) return std::nullopt;

  InvoiceDraft invoice{key.first, key.second, {}, Money{0, key.second}, {}};
  for (auto* difference : differences) {
    const auto amount = difference->amount.is_negative() ? fitting_credit(difference->amount, room) : difference->amount;
    if (amount.is_negative()) room += amount.minor();
    const bool free_usage = difference->amount.is_zero() && difference->kind == LineKind::usage && difference->quantity > 0;
    if (amount.is_zero() && !free_usage) continue;
    invoice.lines.push_back(line_of(*difference, amount));
    difference->unbilled = difference->amount - amount;
    if (difference->kind == LineKind::base) continue;
    auto& used = invoice.usage[difference->metric];
    used = narrowed(Int128{used} + difference->quantity, "the usage of an invoice");
  }
  invoice.amount = Money{narrowed(room, "an invoice's total"), key.second};
  return invoice;
}

std::vector<Unbilled> left_over(const std::vector<Difference>& differences) {
  std::vector<Unbilled> left;
  for (auto first = differences.begin(); first != differences.end();) {
    const auto end = std::find_if(first, differences.end(), [&](const Difference& d) { return d.period != first->period; });
    if (std::any_of(first, end, [](const Difference& d) { return !d.unbilled.is_zero(); })) {
      Int128 sum = 0;
      for (auto d = first; d != end; ++d) sum += d->unbilled.minor();
      left.push_back({first->subscription->id, first->period->period, narrowed(sum, "what stays unbilled of a period")});
    }
    first = end;
  }
  return left;
}

}  // namespace

BillingDecision decide_billing(const std::vector<SubscriptionFacts>& subscriptions, const std::vector<InvoiceKey>& open) {
  auto differences = all_differences(subscriptions);
  std::map<InvoiceKey, std::vector<Difference*>> groups;
  for (auto& difference : differences) groups[difference.key()].push_back(&difference);

  BillingDecision decision;
  for (const auto& [key, members] : groups) {
    if (std::ranges::find(open, key) != open.end()) continue;
    if (auto invoice = take_invoice(key, members)) decision.invoices.push_back(std::move(*invoice));
  }
  decision.unbilled = left_over(differences);
  return decision;
}

}  // namespace billing
