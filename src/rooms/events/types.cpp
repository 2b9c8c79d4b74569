#include "rooms/events/types.hpp"

#include <algorithm>
#include <set>

namespace billing::events {
namespace {

constexpr std::string_view types[] = {
    "user.created",          "user.updated",        "user.anonymized",           "subscription.created",
    "subscription.updated",  "subscription.paused", "subscription.resumed",      "subscription.canceled",
    "subscription.past_due", "subscription.active", "subscription.trial_ending", "invoice.created",
    "invoice.paid",          "invoice.voided",      "invoice.overdue",           "invoice.uncollected",
    "payment.succeeded",     "payment.failed",      "payment.action_required",   "payment.refunded",
    "payment.disputed",      "credit_note.created", "balance.changed",
};

bool selects(std::string_view pattern, std::string_view type) {
  if (pattern == "*") return true;
  if (pattern.ends_with(".*")) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == type;
}

}  // namespace

std::span<const std::string_view> all_types() { return types; }

std::optional<std::vector<std::string>> expand(const std::vector<std::string>& patterns) {
  std::set<std::string> selected;
  for (const auto& pattern : patterns) {
    const bool known = std::ranges::any_of(types, [&](auto type) { return selects(pattern, type); });
    if (!known) return std::nullopt;
    for (const auto type : types) {
      if (selects(pattern, type)) selected.emplace(type);
    }
  }
  return std::vector<std::string>{selected.begin(), selected.end()};
}

}  // namespace billing::events
