#include "core/billing/subscription.hpp"

#include <algorithm>
#include <stdexcept>

namespace billing {
namespace {

void require_live(const Position& position) {
  if (!is_live(position.status)) throw std::invalid_argument("a canceled subscription never moves again");
}

}  // namespace

std::string_view to_text(SubscriptionStatus status) {
  switch (status) {
    case SubscriptionStatus::trialing: return "trialing";
    case SubscriptionStatus::active: return "active";
    case SubscriptionStatus::past_due: return "past_due";
    case SubscriptionStatus::canceled: return "canceled";
  }
  throw std::logic_error("no such subscription status");
}

std::optional<SubscriptionStatus> parse_subscription_status(std::string_view text) {
  using enum SubscriptionStatus;
  for (const auto status : {trialing, active, past_due, canceled}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

Position subscribe(const Plan& plan, Date today) {
  if (plan.trial_days > 0) {
    const auto trial_end = period_start(today, {IntervalUnit::day, plan.trial_days}, 1);
    return {SubscriptionStatus::trialing, trial_end, -1, {today, trial_end}};
  }
  return {SubscriptionStatus::active, today, 0, period_at(today, plan.interval, 0)};
}

Position roll_over(const Position& position, const Interval& interval, bool cancel_at_period_end) {
  require_live(position);
  auto next = position;
  if (cancel_at_period_end) {
    next.status = SubscriptionStatus::canceled;
    return next;
  }
  if (next.status == SubscriptionStatus::trialing) next.status = SubscriptionStatus::active;
  ++next.index;
  next.current = period_at(next.anchor, interval, next.index);
  return next;
}

Position cancel_now(const Position& position, Date today) {
  require_live(position);
  if (!position.current.contains(today)) throw std::invalid_argument("cancel_now: today is outside the current period");
  auto last = position;
  last.status = SubscriptionStatus::canceled;
  last.current.end = today + std::chrono::days{1};
  return last;
}

}  // namespace billing
