#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/catalog/plan.hpp"
#include "core/time/period.hpp"

namespace billing {

/// trialing → active ⇄ past_due; all of them → canceled, which is final.
enum class SubscriptionStatus : std::uint8_t { trialing, active, past_due, canceled };
std::string_view to_text(SubscriptionStatus status);
std::optional<SubscriptionStatus> parse_subscription_status(std::string_view text);
/// Live subscriptions roll over and bill; only a canceled one is not.
constexpr bool is_live(SubscriptionStatus status) { return status != SubscriptionStatus::canceled; }
constexpr bool may_become(SubscriptionStatus from, SubscriptionStatus to);

/// Where a subscription stands in its sequence of periods.
struct Position {
  SubscriptionStatus status;
  Date anchor;               // billing counts its periods from here: the first day, or the trial's end
  std::int64_t index;       // of the current period from the anchor; -1 during the trial
  Period current;
  bool operator==(const Position&) const = default;
};

/// The first period: the trial when the plan has one, else the first billed period from `today`. Throws Overflow beyond the year 9999.
Position subscribe(const Plan& plan, Date today);

/// After the current period has ended: the next one, `trialing` having become `active`; or, when it was to be canceled at the
/// period's end, the same position with status `canceled`. Precondition: live. Throws Overflow beyond the year 9999.
Position roll_over(const Position& position, const Interval& interval, bool cancel_at_period_end);

/// Canceled today: today is the period's last day, so its end is tomorrow (never later than it was). Precondition: live and
/// today within the current period.
Position cancel_now(const Position& position, Date today);

constexpr bool may_become(SubscriptionStatus from, SubscriptionStatus to) {
  using enum SubscriptionStatus;
  switch (from) {
    case trialing: return to == active || to == canceled;
    case active: return to == past_due || to == canceled;
    case past_due: return to == active || to == canceled;
    case canceled: return false;
  }
  return false;
}

}  // namespace billing
