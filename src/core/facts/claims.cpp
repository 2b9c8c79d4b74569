#include "core/facts/claims.hpp"

#include <algorithm>

namespace billing {

std::vector<ClaimedUsage> claim(const std::vector<Life>& lives, const std::vector<UsageDay>& usage) {
  std::vector<ClaimedUsage> claimed(lives.size());
  for (const auto& used : usage) {
    const auto claims = [&used](const Life& life) {
      if (used.subscription) return life.id == *used.subscription;
      return holds_on(life, used.day) && charge_of(term_on(life, used.day), used.metric) != nullptr;
    };
    const auto first = std::ranges::find_if(lives, claims);
    if (first == lives.end()) continue;
    auto& units = claimed[static_cast<std::size_t>(first - lives.begin())][used.metric][used.day];
    units = added(units, used.quantity);
  }
  return claimed;
}

}  // namespace billing
