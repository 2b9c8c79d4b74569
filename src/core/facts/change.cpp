#include "core/facts/change.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "core/facts/periods.hpp"
#include "core/facts/subscribe.hpp"

namespace billing {
namespace {

constexpr std::chrono::days reach{366};  // how far back and ahead a date may lie

/// What a change makes of a term.
using Edit = std::function<Term(const Term&)>;

Date today_of(const Life& life, Date today) { return std::max(today, life.started_on); }

/// The reason of a term that was edited: the change's, or, without one, that of the overrides that it keeps.
std::string reason_of(const Term& before, const Term& after, const std::string& reason) {
  const bool keeps_overrides = !after.overrides.empty() && after.overrides == before.overrides;
  return reason.empty() && keeps_overrides ? before.reason : reason;
}

std::vector<Term> edited(const Life& life, Date day, const Edit& edit, const std::string& reason) {
  std::vector<Term> terms;
  const auto append = [&terms](Term term) {
    if (terms.empty() || !same_terms(terms.back(), term)) terms.push_back(std::move(term));
  };
  for (const auto& term : life.terms) {
    const auto until = until_of(life, term);
    if (term.from < day) append(term);
    if (until && *until <= day) continue;
    auto after = edit(term);
    after.from = std::max(term.from, day);
    after.reason = same_terms(term, after) ? term.reason : reason_of(term, after, reason);
    append(std::move(after));
  }
  return terms;
}

bool equal_terms(const std::vector<Term>& a, const std::vector<Term>& b) {
  return std::ranges::equal(a, b, [](const Term& x, const Term& y) { return x.from == y.from && same_terms(x, y); });
}

std::optional<Denial> day_problem(const Life& life, const ChangeDay& at, Date today) {
  const auto* date = std::get_if<Date>(&at);
  if (date == nullptr) return std::nullopt;
  const auto first = std::max({life.started_on, today - reach, last_interval_change(life, today).value_or(life.started_on)});
  if (first <= *date && *date <= today + reach) return std::nullopt;
  return Denial{DenialCode::day_not_allowed, "A change may count from " + to_text(first) + " to " + to_text(today + reach) + '.'};
}

/// Why the change from `before` to `after` may not count from `day`.
std::optional<Denial> version_problem(const Life& before, const Life& after, Date day, Date today) {
  for (const auto& term : after.terms) {
    if (term.version->currency() != before.terms.front().version->currency()) {
      return Denial{DenialCode::currency_differs, "A subscription keeps its currency: cancel it and subscribe to the other plan."};
    }
  }
  const auto& was = *term_on(before, day).version;
  const auto& becomes = *term_on(after, day).version;
  const auto period_end = before.current().days.end;
  if (was.tax_inclusive != becomes.tax_inclusive && day != period_end) {
    return Denial{DenialCode::day_not_allowed, "Prices with tax and without do not meet in one period: change at the period's end."};
  }
  if (was.interval == becomes.interval) return std::nullopt;
  if (before.end) return Denial{DenialCode::canceled, "A cancel is pending: take it back before you change the interval."};
  if (day != period_end && day != today_of(before, today)) {
    return Denial{DenialCode::day_not_allowed, "Another interval begins now or at the period's end."};
  }
  return std::nullopt;
}

/// Lays the current period anew after its terms have changed; whether one began by it.
bool lay_periods(Life& life, const Life& before, Date day) {
  const bool another = term_on(before, day).version->interval != term_on(life, day).version->interval;
  auto& current = life.periods.back();
  const bool within = current.days.contains(day);
  if (another && within) {
    life.anchor = current.trial ? current.days.end : day;
    life.anchor_day.reset();
  }
  if (current.trial || life.end) return false;
  if (!another || !within) {
    current = period_from(life, current.days.start);
    return false;
  }
  if (current.days.start == day) {
    life.periods.pop_back();
  } else {
    current.days.end = day;
  }
  life.periods.push_back(period_from(life, day));
  return true;
}

std::optional<Denial> overlap_problem(const Life& life, const std::vector<Life>& others, Date today) {
  for (const auto& other : others) {
    if (overlaps(life, other, today)) {
      return Denial{DenialCode::already_subscribed, "Another subscription of the user has the same plan on some of these days."};
    }
  }
  return std::nullopt;
}

OrDenied<Changed> apply(const Life& life, const ChangeDay& at, const Edit& edit, const std::string& reason, const std::vector<Life>& others,
                        Date today) {
  const auto day = day_of(life, at, today);
  if (has_ended(life, today) || (life.end && life.end->on <= day)) {
    return denied(DenialCode::canceled, "The subscription has ended by that day.");
  }
  if (life.current().days.end <= today) throw std::logic_error("change: the current period is over");
  if (auto problem = day_problem(life, at, today)) return std::unexpected{*problem};
  Changed changed{life, false};
  changed.life.terms = edited(life, day, edit, reason);
  if (equal_terms(life.terms, changed.life.terms)) return denied(DenialCode::no_change, "From that day on the subscription is so already.");
  if (auto problem = version_problem(life, changed.life, day, today)) return std::unexpected{*problem};
  if (auto problem = overlap_problem(changed.life, others, today)) return std::unexpected{*problem};
  changed.rolled_over = lay_periods(changed.life, life, day) && life.started_on <= today;
  return changed;
}

}  // namespace

Date day_of(const Life& life, const ChangeDay& at, Date today) {
  if (const auto* date = std::get_if<Date>(&at)) return *date;
  switch (std::get<ChangeAt>(at)) {
    case ChangeAt::now: return today_of(life, today);
    case ChangeAt::period_start: return life.current().days.start;
    case ChangeAt::period_end: return life.current().days.end;
  }
  throw std::logic_error("no such day of a change");
}

OrDenied<Changed> change(const Life& life, const TermChange& wish, const std::vector<Life>& others, Date today) {
  const auto day = day_of(life, wish.at, today);
  bool another_plan = false;
  const Edit edit = [&](const Term& term) {
    auto after = term;
    if (wish.plan && term.version->plan_code != wish.plan->plan_code) {
      after.version = wish.plan;
      after.overrides = {};
      another_plan = true;
    } else if (wish.plan && wish.version_named) {
      after.version = wish.plan;
    }
    if (wish.version && term.version->plan_code == wish.version->plan_code) after.version = wish.version;
    after.quantity = wish.quantity.value_or(term.quantity);
    if (wish.overrides) after.overrides = *wish.overrides;
    return after;
  };
  if (wish.version && wish.version->plan_code != term_on(life, day).version->plan_code) {
    throw std::invalid_argument("change: a version alone is one of the plan of that day");
  }
  auto changed = apply(life, wish.at, edit, wish.reason, others, today);
  if (changed && another_plan && !wish.plan_active) {
    return denied(DenialCode::plan_inactive, "The plan \"" + wish.plan->plan_code + "\" takes no new subscriptions: choose an active one.");
  }
  return changed;
}

OrDenied<Life> drop_pending(const Life& life, const std::vector<Life>& others, Date today) {
  auto dropped = life;
  const auto is_pending = [&](const Term& term) { return term.from > today && term.from != life.started_on; };
  if (has_ended(life, today) || std::erase_if(dropped.terms, is_pending) == 0) {
    return denied(DenialCode::not_pending, "No change of the subscription is to come.");
  }
  if (auto problem = overlap_problem(dropped, others, today)) return std::unexpected{*problem};
  lay_periods(dropped, dropped, today);
  return dropped;
}

OrDenied<Changed> migrate(const Life& life, const TermMigration& wish, const std::vector<Life>& others, Date today) {
  const Edit edit = [&](const Term& term) {
    const bool among = !wish.from_versions || wish.from_versions->contains(term.version->number);
    if (term.version->plan_code != wish.to->plan_code || term.version->number == wish.to->number || !among) return term;
    auto after = term;
    after.version = wish.to;
    if (!wish.keep_overrides) after.overrides = {};
    return after;
  };
  return apply(life, wish.at, edit, wish.reason, others, today);
}

}  // namespace billing
