#include <algorithm>

#include "core/owed/owed.hpp"
#include "core/owed/runs.hpp"

namespace billing {

OwedItem owed_minimum(const Life& life, const BillingPeriod& period, Money counted) {
  const auto currency = life.terms.front().version->currency();
  const Money none{0, currency};
  MinimumOwed how{{}, period.full_days, none, counted};
  Ratio required;
  if (!period.trial) {
    for (const auto& [days, term] : terms_within(life, period.days)) {
      const auto& version = *term->version;
      const auto& segment = how.segments.emplace_back(
          MinimumSegment{days, paused_days(life, days), version.plan_code, version.number, Money{version.minimum, currency}});
      required = required + Ratio{multiplied(version.minimum, days.days() - segment.paused_days), period.full_days};
    }
  }
  how.required = required.rounded(currency);
  const auto owed = std::max(none, how.required - counted);
  return {{ItemKind::minimum, ""}, owed, 1, std::move(how), Ratio::of(owed.minor())};
}

}  // namespace billing
