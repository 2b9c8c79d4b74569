#include <algorithm>

#include "core/owed/owed.hpp"
#include "core/owed/runs.hpp"

namespace billing {
namespace {

/// A run of days with the same charge for the metric, or with none.
struct ChargeDays {
  Period days;
  const Charge* charge;  // may be null
  const Term* last;
};

std::vector<ChargeDays> charges_within(const Life& life, const Period& days, const std::string& metric) {
  const auto same = [](const Charge* a, const Charge* b) { return a == b || (a != nullptr && b != nullptr && *a == *b); };
  std::vector<ChargeDays> runs;
  for (const auto& [term_days, term] : terms_within(life, days)) {
    const auto* charge = charge_of(*term, metric);
    if (!runs.empty() && same(runs.back().charge, charge)) {
      runs.back().days.end = term_days.end;
      runs.back().last = term;
    } else {
      runs.push_back({term_days, charge, term});
    }
  }
  return runs;
}

Int128 used_on(const std::map<Date, Int128>& by_day, const Period& days) {
  Int128 units = 0;
  for (auto day = by_day.lower_bound(days.start); day != by_day.end() && day->first < days.end; ++day) units = added(units, day->second);
  return units;
}

UsageSegment segment_of(const ChargeDays& run, std::int64_t before, std::int64_t after) {
  const auto& overrides = run.last->overrides.charges;
  const bool own = run.charge != nullptr && std::ranges::find(overrides, run.charge->metric, &Charge::metric) != overrides.end();
  UsageSegment segment{.days = run.days,
                       .plan_code = run.last->version->plan_code,
                       .version = run.last->version->number,
                       .overridden = own,
                       .reason = run.last->reason,
                       .charge = {},
                       .count_before = before,
                       .count_after = after,
                       .before = {},
                       .after = {},
                       .amount = {}};
  if (run.charge == nullptr) return segment;
  segment.charge = *run.charge;
  segment.before = rate(*run.charge, before);
  segment.after = rate(*run.charge, after);
  segment.amount = segment.after.amount - segment.before.amount;
  return segment;
}

}  // namespace

OwedItem owed_usage(const Life& life, const BillingPeriod& period, const std::string& metric, const ClaimedUsage& claimed) {
  const auto currency = life.terms.front().version->currency();
  UsageOwed how{{}, 0, {}, {}};
  const auto by_day = claimed.find(metric);
  if (!period.trial) {
    for (const auto& run : charges_within(life, period.days, metric)) {
      const auto units = by_day == claimed.end() ? 0 : used_on(by_day->second, run.days);
      const auto after = narrowed(added(how.quantity, units), "the usage");
      how.exact = how.exact + how.segments.emplace_back(segment_of(run, how.quantity, after)).amount;
      how.quantity = after;
    }
  }
  const auto owed = std::max(Money{0, currency}, how.exact.rounded(currency));
  how.rounding = Decimal::of(owed) - how.exact;
  const auto quantity = how.quantity;
  const auto exact = std::max(Decimal{}, how.exact);
  return {{ItemKind::usage, metric}, owed, quantity, std::move(how), Ratio::of(exact, currency)};
}

}  // namespace billing
