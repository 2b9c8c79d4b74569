#include <algorithm>

#include "core/owed/owed.hpp"
#include "core/owed/runs.hpp"

namespace billing {
namespace {

/// The days whose base a period owes: its own, or, canceled without prorating, those that it would have had.
Period base_days(const Life& life, const BillingPeriod& period) {
  const bool is_last = period.days.start == life.current().days.start;
  if (!is_last || !life.end || !life.end->base_until) return period.days;
  return {period.days.start, *life.end->base_until};
}

BaseSegment segment_of(const Life& life, const TermDays& run) {
  const auto& version = *run.term->version;
  return {.days = run.days,
          .paused_days = paused_days(life, run.days),
          .plan_code = version.plan_code,
          .plan_name = version.plan_name,
          .version = version.number,
          .quantity = run.term->quantity,
          .fee = fee_of(*run.term),
          .overridden = run.term->overrides.amount.has_value(),
          .in_advance = version.bill_in == BillIn::advance,
          .reason = run.term->reason};
}

Ratio share_of(const BaseSegment& segment, std::int64_t of_days) {
  return {multiplied(multiplied(segment.fee.minor(), segment.quantity), segment.charged_days()), of_days};
}

}  // namespace

OwedItem owed_base(const Life& life, const BillingPeriod& period) {
  const auto currency = life.terms.front().version->currency();
  BaseOwed how{{}, period.full_days, Money{0, currency}};
  Ratio whole;
  Ratio in_advance;
  if (!period.trial) {
    for (const auto& run : terms_within(life, base_days(life, period))) {
      const auto& segment = how.segments.emplace_back(segment_of(life, run));
      whole = whole + share_of(segment, period.full_days);
      if (segment.in_advance) in_advance = in_advance + share_of(segment, period.full_days);
    }
  }
  how.in_advance = in_advance.rounded(currency);
  how.exact_in_advance = in_advance;
  return {{ItemKind::base, ""}, whole.rounded(currency), 1, std::move(how), whole};
}

}  // namespace billing
