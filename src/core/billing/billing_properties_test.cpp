#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "core/billing/invoice.hpp"
#include "core/testing.hpp"

namespace billing {
namespace {

using namespace test;

const Period january = period("2026-01-01", "2026-02-01");
const std::vector<Period> months{january, period("2026-02-01", "2026-03-01"), period("2026-03-01", "2026-04-01")};
const std::vector<std::string> metrics{"api_calls", "emails", "storage.gb"};

std::int64_t within(std::int64_t least, std::int64_t most) { return *rc::gen::inRange(least, most + 1); }

Decimal any_price() { return Decimal::from_raw(within(0, 3'000'000'000'000)); }

std::vector<Tier> any_tiers() {
  std::vector<Tier> tiers;
  std::int64_t bound = 0;
  for (auto left = within(0, 3); left > 0; --left) {
    bound += within(1, 400);
    tiers.push_back({bound, any_price(), any_price()});
  }
  tiers.push_back({std::nullopt, any_price(), any_price()});
  return tiers;
}

PricingModel any_model() {
  switch (within(0, 3)) {
    case 0: return PerUnit{any_price()};
    case 1: return Graduated{any_tiers()};
    case 2: return Volume{any_tiers()};
    default: return Package{within(1, 300), any_price()};
  }
}

Plan any_plan() {
  auto made = plan(money(within(0, 1) * within(0, 100'000), *rc::gen::element<std::string>("USD", "JPY", "KWD")));
  for (const auto& metric : metrics) {
    if (within(0, 3) > 0) made.charges.push_back({metric, within(0, 1) * within(0, 300), any_model()});
  }
  return made;
}

PeriodFacts any_facts(Period of) {
  auto made = facts(of);
  for (const auto& metric : metrics) made.usage[metric] = within(0, 1) * within(0, 1500);
  made.trial = within(0, 9) == 0;
  if (within(0, 3) == 0) made.period.end = made.period.start + std::chrono::days{within(1, of.days())};
  return made;
}

/// Some of it billed before, at any amount: more than is owed, less, or even a credit.
void bill_something(PeriodFacts& of) {
  if (within(0, 1) == 0) of.base = {within(-10'000, 100'000), 1};
  for (const auto& metric : metrics) {
    if (within(0, 1) == 0) of.billed_usage[metric] = {within(-10'000, 200'000), within(0, 2000)};
  }
}

struct World {
  std::vector<Plan> plans;
  std::vector<SubscriptionFacts> books;
  std::vector<InvoiceKey> open;
};

/// A user with up to three subscriptions of up to three periods each.
World any_world() {
  World world;
  const auto count = within(1, 3);
  for (std::int64_t i = 0; i < count; ++i) world.plans.push_back(any_plan());
  for (std::int64_t i = 0; i < count; ++i) {
    const auto latest = static_cast<std::size_t>(within(0, 2));
    SubscriptionFacts subscription{
        subscription_id(static_cast<std::uint8_t>(i)), &world.plans[static_cast<std::size_t>(i)], months[latest], {}};
    for (std::size_t m = 0; m <= latest; ++m) {
      subscription.periods.push_back(any_facts(months[m]));
      bill_something(subscription.periods.back());
    }
    subscription.invoice_period = subscription.periods.back().period;
    world.books.push_back(subscription);
    if (within(0, 4) == 0) world.open.emplace_back(subscription.invoice_period, subscription.plan->amount.currency());
  }
  return world;
}

/// Owed by one period, from the rules themselves.
std::int64_t owed(const Plan& on, const PeriodFacts& of) {
  if (of.trial) return 0;
  auto sum = multiply_ratio(on.amount, of.period.days(), of.full_days);
  for (const auto& charge : on.charges) {
    const auto used = of.usage.find(charge.metric);
    const auto total = used == of.usage.end() ? 0 : static_cast<std::int64_t>(used->second);
    sum = sum + rate(charge, total).amount.rounded(on.amount.currency());
  }
  return sum.minor();
}

std::int64_t billed_before(const Plan& on, const PeriodFacts& of) {
  auto sum = of.base.amount;
  for (const auto& charge : on.charges) {
    const auto billed = of.billed_usage.find(charge.metric);
    if (billed != of.billed_usage.end()) sum += billed->second.amount;
  }
  return sum;
}

std::int64_t billed_now(const BillingDecision& decision, const SubscriptionId& id, const Period& of) {
  std::int64_t sum = 0;
  for (const auto& invoice : decision.invoices) {
    for (const auto& line : invoice.lines) sum += line.subscription_id == id && line.period == of ? line.amount.minor() : 0;
  }
  return sum;
}

std::int64_t left_unbilled(const BillingDecision& decision, const SubscriptionId& id, const Period& of) {
  std::int64_t sum = 0;
  for (const auto& left : decision.unbilled) sum += left.subscription_id == id && left.period == of ? left.amount : 0;
  return sum;
}

RC_GTEST_PROP(BillingProperty, lines_sum_to_the_total_and_no_invoice_is_negative, ()) {
  const auto world = any_world();
  for (const auto& invoice : decide_billing(world.books, world.open).invoices) {
    Money sum{0, invoice.currency};
    std::map<std::string, std::int64_t> usage;
    for (const auto& line : invoice.lines) {
      sum = sum + line.amount;
      RC_ASSERT(line.quantity >= 0);
      RC_ASSERT(!line.description.empty());
      if (line.kind == LineKind::usage) usage[line.metric] += line.quantity;
    }
    RC_ASSERT(!invoice.lines.empty());
    RC_ASSERT(sum == invoice.amount);
    RC_ASSERT(!invoice.amount.is_negative());
    RC_ASSERT(usage == invoice.usage);
  }
}

RC_GTEST_PROP(BillingProperty, nothing_is_lost_owed_is_billed_before_now_or_unbilled, ()) {
  const auto world = any_world();
  const auto decision = decide_billing(world.books, world.open);
  for (const auto& subscription : world.books) {
    for (const auto& of : subscription.periods) {
      const auto now = billed_now(decision, subscription.id, of.period);
      const auto later = left_unbilled(decision, subscription.id, of.period);
      RC_ASSERT(billed_before(*subscription.plan, of) + now + later == owed(*subscription.plan, of));
    }
  }
}

RC_GTEST_PROP(BillingProperty, one_invoice_a_period_and_currency_and_none_beside_an_open_one, ()) {
  const auto world = any_world();
  std::vector<InvoiceKey> keys;
  for (const auto& invoice : decide_billing(world.books, world.open).invoices) keys.emplace_back(invoice.period, invoice.currency);
  RC_ASSERT(std::ranges::is_sorted(keys));
  RC_ASSERT(std::ranges::adjacent_find(keys) == keys.end());
  for (const auto& key : keys) RC_ASSERT(std::ranges::find(world.open, key) == world.open.end());
}

RC_GTEST_PROP(BillingProperty, only_credits_wait_and_only_when_the_invoice_is_used_up, ()) {
  auto world = any_world();
  world.open.clear();
  const auto decision = decide_billing(world.books, {});
  for (const auto& left : decision.unbilled) {
    RC_ASSERT(left.amount < 0);
    const auto subscription = std::ranges::find(world.books, left.subscription_id, &SubscriptionFacts::id);
    for (const auto& invoice : decision.invoices) {
      const bool same = invoice.period == subscription->invoice_period && invoice.currency == subscription->plan->amount.currency();
      if (same) RC_ASSERT(invoice.amount.is_zero());
    }
  }
}

RC_GTEST_PROP(BillingProperty, generating_again_bills_nothing, ()) {
  auto world = any_world();
  const auto first = decide_billing(world.books, {});
  for (const auto& invoice : first.invoices) enter(world.books, invoice);
  const auto second = decide_billing(world.books, {});
  RC_ASSERT(second.invoices.empty());
  RC_ASSERT(second.unbilled.size() == first.unbilled.size());
}

/// A bill for the given totals, at once.
std::int64_t at_once(const Plan& on, const std::map<std::string, Int128>& totals) {
  const auto decision = decide_billing({{subscription_id(1), &on, january, {facts(january, totals)}}}, {});
  return billed_now(decision, subscription_id(1), january) + left_unbilled(decision, subscription_id(1), january);
}

RC_GTEST_PROP(BillingProperty, billing_in_steps_is_billing_at_once, ()) {
  const auto on = any_plan();
  std::vector<SubscriptionFacts> books{{subscription_id(1), &on, january, {facts(january)}}};
  auto& usage = books[0].periods[0].usage;
  std::int64_t billed = 0;
  std::int64_t left = 0;
  std::vector<InvoiceDraft> invoices;
  for (auto steps = within(1, 6); steps > 0; --steps) {
    for (const auto& metric : metrics) usage[metric] += within(0, 1) * within(0, 500);
    const auto decision = decide_billing(books, {});
    billed += billed_now(decision, subscription_id(1), january);
    left = left_unbilled(decision, subscription_id(1), january);
    for (const auto& invoice : decision.invoices) {
      enter(books, invoice);
      invoices.push_back(invoice);
    }
    if (!invoices.empty() && within(0, 4) == 0) {
      const auto which = static_cast<std::ptrdiff_t>(within(0, static_cast<std::int64_t>(invoices.size()) - 1));
      enter(books, invoices[static_cast<std::size_t>(which)], true);
      billed -= invoices[static_cast<std::size_t>(which)].amount.minor();
      invoices.erase(invoices.begin() + which);
      const auto again = decide_billing(books, {});
      billed += billed_now(again, subscription_id(1), january);
      left = left_unbilled(again, subscription_id(1), january);
      for (const auto& invoice : again.invoices) {
        enter(books, invoice);
        invoices.push_back(invoice);
      }
    }
  }
  RC_ASSERT(billed + left == at_once(on, usage));
  for (const auto& [metric, held] : books[0].periods[0].billed_usage) RC_ASSERT(held.quantity <= usage[metric]);
}

RC_GTEST_PROP(BillingProperty, splitting_usage_into_events_changes_nothing, ()) {
  const auto on = any_plan();
  std::map<std::string, Int128> whole, parts;
  for (const auto& metric : metrics) {
    const auto events = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 300));
    for (const auto quantity : events) whole[metric] += quantity;
    for (const auto quantity : events) {
      const auto part = within(0, quantity);
      parts[metric] += part;
      parts[metric] += quantity - part;
    }
  }
  const auto one = decide_billing({{subscription_id(1), &on, january, {facts(january, whole)}}}, {});
  const auto other = decide_billing({{subscription_id(1), &on, january, {facts(january, parts)}}}, {});
  RC_ASSERT(one.invoices.size() == other.invoices.size());
  for (std::size_t i = 0; i < one.invoices.size(); ++i) {
    RC_ASSERT(one.invoices[i].lines.size() == other.invoices[i].lines.size());
    for (std::size_t l = 0; l < one.invoices[i].lines.size(); ++l) {
      RC_ASSERT(one.invoices[i].lines[l].amount == other.invoices[i].lines[l].amount);
      RC_ASSERT(one.invoices[i].lines[l].explanation == other.invoices[i].lines[l].explanation);
    }
  }
}

/// What a reader of the explanation alone comes to.
Decimal recomputed(const BaseExplanation& why, Currency in) {
  return Decimal::of(multiply_ratio(why.amount.rounded(in), why.days, why.of_days)) - why.earlier_billed - why.deferred;
}
Decimal recomputed(const UsageExplanation& why, Currency in) {
  const auto& rating = why.rating;
  RC_ASSERT(rating.billable == std::max<std::int64_t>(0, rating.total_quantity - rating.included));
  Decimal sum;
  std::int64_t quantity = 0;
  for (const auto& step : rating.steps) {
    RC_ASSERT(step.amount == step.unit_price.times(step.quantity) + step.flat_price);
    sum = sum + step.amount;
    quantity += step.quantity;
  }
  if (why.model != "package") RC_ASSERT(quantity == rating.billable);
  RC_ASSERT(sum == rating.amount);
  RC_ASSERT(Decimal::of(sum.rounded(in)) == sum + why.rounding);
  return sum + why.rounding - why.earlier_billed - why.deferred;
}

RC_GTEST_PROP(BillingProperty, an_explanation_recomputes_to_the_cent, ()) {
  const auto world = any_world();
  for (const auto& invoice : decide_billing(world.books, world.open).invoices) {
    for (const auto& line : invoice.lines) {
      const auto exact = std::visit([&](const auto& why) { return recomputed(why, invoice.currency); }, line.explanation);
      RC_ASSERT(exact == Decimal::of(line.amount));
      const auto deferred = std::visit([](const auto& why) { return why.deferred; }, line.explanation);
      RC_ASSERT(deferred <= Decimal{});
    }
  }
}

}  // namespace
}  // namespace billing
