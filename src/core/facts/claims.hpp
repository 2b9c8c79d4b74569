#pragma once

#include <map>
#include <vector>

#include "base/int128.hpp"
#include "core/facts/life.hpp"

namespace billing {

/// What a user used of a metric on a day: of one subscription, or of none in particular.
struct UsageDay {
  std::string metric;
  Date day;
  std::optional<SubscriptionId> subscription;
  Int128 quantity;  // ≥ 0, corrections included
};

/// metric → day → units that a subscription has claimed.
using ClaimedUsage = std::map<std::string, std::map<Date, Int128>>;

/// Each unit belongs to one subscription, or to none: with a subscription named to that one; else to the first of those that hold on its day and whose
/// term charges its metric that day. `lives` are all the user's in the order in which they were made; the answer has one for each, in that order.
std::vector<ClaimedUsage> claim(const std::vector<Life>& lives, const std::vector<UsageDay>& usage);

}  // namespace billing
