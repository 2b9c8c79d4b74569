#include "core/owed/owed.hpp"

#include <algorithm>
#include <set>

#include "core/owed/runs.hpp"

namespace billing {
namespace {

/// What `make` returns; an Overflow names the item.
template <class Make>
OwedItem naming(const Item& item, const Make& make) {
  try {
    return make();
  } catch (const Overflow& error) {
    throw Overflow(item.text() + ": " + error.what());
  }
}

}  // namespace

std::vector<OwedItem> owed_of(const Life& life, const BillingPeriod& period, const ClaimedUsage& claimed, Date today) {
  std::set<std::string> metrics;
  bool has_minimum = false;
  for (const auto& [days, term] : terms_within(life, period.days)) {
    for (auto& metric : charged_metrics(*term)) metrics.insert(std::move(metric));
    has_minimum = has_minimum || term->version->minimum > 0;
  }
  std::vector<OwedItem> owed{naming({ItemKind::base, ""}, [&] { return owed_base(life, period); })};
  for (const auto& metric : metrics)
    owed.push_back(naming({ItemKind::usage, metric}, [&] { return owed_usage(life, period, metric, claimed); }));
  if (has_minimum && is_over(life, period, today)) {
    owed.push_back(naming({ItemKind::minimum, ""}, [&] {
      Money counted{0, life.terms.front().version->currency()};
      for (const auto& item : owed) counted = counted + item.amount;
      return owed_minimum(life, period, counted);
    }));
  }
  take_discounts(life, period, owed);
  return owed;
}

}  // namespace billing
