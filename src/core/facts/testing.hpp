#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/facts/change.hpp"
#include "core/facts/subscribe.hpp"
#include "core/testing.hpp"

// How the tests of facts, of what is owed and of documents write a subscription down.
namespace billing {

inline void PrintTo(const BillingPeriod& period, std::ostream* out) {
  PrintTo(period.days, out);
  *out << " of " << period.full_days << (period.trial ? " days, trial" : " days");
}
inline void PrintTo(LifeStatus status, std::ostream* out) { *out << to_text(status); }

namespace test {

inline PlanVersion pro_version() {
  return {.plan_code = "pro",
          .plan_name = "Pro",
          .number = 1,
          .amount = usd(4900),
          .interval = {},
          .trial_days = 0,
          .bill_in = BillIn::arrears,
          .tax_inclusive = false,
          .minimum = 0,
          .charges = {per_unit("api_calls", "0.001", 100'000)}};
}
inline PlanVersion ent_version() {
  auto version = pro_version();
  version.plan_code = "ent";
  version.plan_name = "Enterprise";
  version.amount = usd(19900);
  version.charges = {per_unit("api_calls", "0.0005", 1'000'000)};
  return version;
}
inline PlanVersionPtr shared(PlanVersion version) { return std::make_shared<const PlanVersion>(std::move(version)); }
inline PlanVersionPtr pro_v1() { return shared(pro_version()); }
inline PlanVersionPtr ent_v1() { return shared(ent_version()); }
inline PlanVersionPtr in_advance(PlanVersion version) {
  version.bill_in = BillIn::advance;
  return shared(std::move(version));
}
/// A plan without charges.
inline PlanVersionPtr flat(std::string code, std::int64_t cents) {
  auto version = pro_version();
  version.plan_code = std::move(code);
  version.amount = usd(cents);
  version.charges = {};
  return shared(std::move(version));
}
inline PlanVersionPtr with_interval(PlanVersion version, IntervalUnit unit, std::int64_t count = 1) {
  version.interval = {unit, count};
  return shared(std::move(version));
}

inline NewSubscription to(PlanVersionPtr version) { return {.version = std::move(version)}; }
/// Subscribed on a day, with no other subscription.
inline Life begun(PlanVersionPtr version, std::string_view on, std::uint8_t id = 1) {
  return subscribe(subscription_id(id), to(std::move(version)), {}, day(on)).value();
}
inline TermChange to_plan(PlanVersionPtr version, ChangeDay at = ChangeAt::now) {
  TermChange wish;
  wish.plan = std::move(version);
  wish.at = at;
  return wish;
}
inline TermChange to_quantity(std::int64_t quantity, ChangeDay at = ChangeAt::now) {
  TermChange wish;
  wish.quantity = quantity;
  wish.at = at;
  return wish;
}
inline TermChange to_overrides(Overrides overrides, ChangeDay at = ChangeAt::now, std::string reason = "") {
  TermChange wish;
  wish.overrides = std::move(overrides);
  wish.at = at;
  wish.reason = std::move(reason);
  return wish;
}
inline Life changed(const Life& life, const TermChange& wish, std::string_view today) {
  return change(life, wish, {}, day(today)).value().life;
}

/// "2026-06-01 pro 1 × 1; 2026-06-11 ent 1 × 1", overrides as " at 3900" and " with api_calls"
inline std::string terms_text(const Life& life) {
  std::string text;
  for (const auto& term : life.terms) {
    if (!text.empty()) text += "; ";
    text += to_text(term.from) + ' ' + term.version->plan_code + ' ' + std::to_string(term.version->number) + " × " +
            std::to_string(term.quantity);
    if (term.overrides.amount) text += " at " + std::to_string(*term.overrides.amount);
    for (const auto& charge : term.overrides.charges) text += " with " + charge.metric;
  }
  return text;
}

/// "no_change"; "" when it was not denied.
template <class T>
std::string denial(const OrDenied<T>& result) {
  return result ? "" : std::string{to_text(result.error().code)};
}

}  // namespace test
}  // namespace billing
