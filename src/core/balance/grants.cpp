#include "core/balance/grants.hpp"

#include <algorithm>
#include <tuple>

namespace billing {

std::vector<GrantUse> use_grants(const std::vector<GrantLeft>& grants, std::int64_t due, Date today) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    const bool expired = grants[i].expires_on && *grants[i].expires_on <= today;
    if (grants[i].left > 0 && !expired) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&grants](std::size_t i) { return std::tuple{grants[i].expires_on.value_or(Date::max()), grants[i].age}; });
  std::vector<GrantUse> uses;
  for (const auto i : order) {
    if (due <= 0) break;
    const auto amount = std::min(due, grants[i].left);
    uses.push_back({i, amount});
    due -= amount;
  }
  return uses;
}

NoteSplit split_note(Money total, Money due, Money refundable) {
  const auto applied = std::min(total, due);
  const auto refunded = std::min(total - applied, refundable);
  return {applied, total - applied - refunded, refunded};
}

}  // namespace billing
