#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/documents/testing_stories.hpp"

// What is owed once more, in the simplest way there is: day by day and unit by unit, without terms, segments or runs of days.
namespace billing {
namespace {

using namespace test;

struct Share {
  Item item;
  Ratio exact;
};

Ratio by_day(const Life& life, const Period& days, std::int64_t of_days, const auto& cents_of) {
  Int128 sum = 0;
  for (auto on = days.start; on < days.end; on += one_day) {
    if (!is_paused_on(life, on)) sum += cents_of(term_on(life, on));
  }
  return {sum, of_days};
}

Ratio base_of(const Life& life, const BillingPeriod& period) {
  auto days = period.days;
  const bool is_last = &period == &life.periods.back();
  if (is_last && life.end && life.end->base_until) days.end = *life.end->base_until;
  return by_day(life, days, period.full_days, [](const Term& term) { return Int128{fee_of(term).minor()} * term.quantity; });
}

/// The one that an event names; else the one made first that holds on its day and charges it.
bool is_of(const std::vector<Life>& lives, const Life& life, const UsageDay& used) {
  if (used.subscription) return life.id == *used.subscription;
  for (const auto& other : lives) {
    const bool holds = other.started_on <= used.day && (!other.end || used.day < other.end->on);
    if (holds && charge_of(term_on(other, used.day), used.metric) != nullptr) return other.id == life.id;
  }
  return false;
}

Ratio usage_of(const Story& story, const Life& life, const BillingPeriod& period, const std::string& metric) {
  Decimal sum;
  std::int64_t count = 0;
  for (auto on = period.days.start; on < period.days.end; on += one_day) {
    const auto before = count;
    for (const auto& used : story.user.usage) {
      if (used.metric == metric && used.day == on && is_of(story.user.lives, life, used)) count += static_cast<std::int64_t>(used.quantity);
    }
    const auto* charge = charge_of(term_on(life, on), metric);
    if (charge != nullptr) sum = sum + rate(*charge, count).amount - rate(*charge, before).amount;
  }
  return Ratio::of(std::max(Decimal{}, sum), currency("USD"));
}

Int128 rounded(const Ratio& exact) { return exact.rounded(currency("USD")).minor(); }

bool is_for(const EligibleItems& items, ItemKind kind) {
  const bool all = !items.base && !items.usage && !items.minimum;
  return all || (kind == ItemKind::base && items.base) || (kind == ItemKind::usage && items.usage) ||
         (kind == ItemKind::minimum && items.minimum);
}

/// Of the periods that are no trial, from the one that holds its day on, as many as it is for; one deleted, to the end of its period.
bool holds(const Discount& discount, const Life& life, const BillingPeriod& period) {
  std::int64_t number = 0;
  for (const auto& each : life.periods) {
    if (each.trial || each.days.end <= discount.from || (discount.deleted_on && each.days.start > *discount.deleted_on)) continue;
    if (discount.periods && ++number > *discount.periods) return false;
    if (&each == &period) return true;
  }
  return false;
}

void take(const Discount& discount, std::vector<Share>& shares) {
  const auto* percent = std::get_if<Percent>(&discount.off);
  auto left = percent == nullptr ? Ratio::of(std::get<std::int64_t>(discount.off)) : Ratio{};
  for (auto& share : shares) {
    if (!is_for(discount.items, share.item.kind)) continue;
    if (percent != nullptr) {
      share.exact = share.exact - share.exact * Ratio{percent->millionths(), Percent::whole};
    } else if (share.exact < left) {
      left = left - share.exact;
      share.exact = {};
    } else {
      share.exact = share.exact - left;
      left = {};
    }
  }
}

std::vector<Share> shares_of(const Story& story, const Life& life, const BillingPeriod& period) {
  std::vector<Share> shares{{{ItemKind::base, ""}, base_of(life, period)}};
  for (const auto* metric : {"api_calls", "emails"}) {
    shares.push_back({{ItemKind::usage, metric}, usage_of(story, life, period, metric)});
  }
  if (has_ended(life, story.today) || period.days.end <= story.today) {
    Int128 counted = 0;
    for (const auto& share : shares) counted += rounded(share.exact);
    const auto least = rounded(by_day(life, period.days, period.full_days, [](const Term& term) { return Int128{term.version->minimum}; }));
    shares.push_back({{ItemKind::minimum, ""}, Ratio::of(std::max<Int128>(0, least - counted))});
  }
  for (const auto& discount : life.discounts) {
    if (holds(discount, life, period)) take(discount, shares);
  }
  return shares;
}

std::map<ItemKey, std::int64_t> owed_day_by_day(const Story& story) {
  std::map<ItemKey, std::int64_t> owed;
  for (const auto& life : story.user.lives) {
    for (const auto& period : life.periods) {
      if (period.trial) continue;
      for (const auto& [item, exact] : shares_of(story, life, period)) {
        if (const auto amount = rounded(exact); amount != 0) owed[{life.id, period.days.start, item}] = narrowed(amount, "owed");
      }
    }
  }
  return owed;
}

RC_GTEST_PROP(OwedProperty, what_is_owed_is_what_each_day_and_unit_costs, ()) {
  auto story = any_story();
  live(story);
  if (within(0, 1) == 0) finish(story);
  RC_ASSERT(owed_by_key(story) == owed_day_by_day(story));
}

}  // namespace
}  // namespace billing
