#include "core/facts/life.hpp"

#include <algorithm>
#include <stdexcept>

namespace billing {
namespace {

const Charge* find_charge(const std::vector<Charge>& charges, std::string_view metric) {
  const auto found = std::ranges::find(charges, metric, &Charge::metric);
  return found == charges.end() ? nullptr : &*found;
}

}  // namespace

bool same_terms(const Term& a, const Term& b) {
  return a.version->plan_code == b.version->plan_code && a.version->number == b.version->number && a.quantity == b.quantity &&
         a.overrides == b.overrides;
}

Money fee_of(const Term& term) {
  return term.overrides.amount ? Money{*term.overrides.amount, term.version->currency()} : term.version->amount;
}

const Charge* charge_of(const Term& term, std::string_view metric) {
  if (const auto* own = find_charge(term.overrides.charges, metric)) return own;
  return find_charge(term.version->charges, metric);
}

std::vector<std::string> charged_metrics(const Term& term) {
  std::vector<std::string> metrics;
  for (const auto* charges : {&term.version->charges, &term.overrides.charges}) {
    for (const auto& charge : *charges) metrics.push_back(charge.metric);
  }
  std::ranges::sort(metrics);
  const auto repeated = std::ranges::unique(metrics);
  metrics.erase(repeated.begin(), repeated.end());
  return metrics;
}

bool holds_on(const Life& life, Date day) { return life.started_on <= day && (!life.end || day < life.end->on); }

const Term& term_on(const Life& life, Date day) {
  const auto after = std::ranges::upper_bound(life.terms, day, {}, &Term::from);
  return after == life.terms.begin() ? *after : *std::prev(after);
}

std::optional<Date> until_of(const Life& life, const Term& term) {
  const auto after = std::ranges::upper_bound(life.terms, term.from, {}, &Term::from);
  if (after == life.terms.end()) return std::nullopt;
  return after->from;
}

bool is_paused_on(const Life& life, Date day) {
  return std::ranges::any_of(life.pauses, [day](const Pause& pause) { return pause.contains(day); });
}

std::int64_t paused_days(const Life& life, const Period& within) {
  std::int64_t days = 0;
  for (const auto& pause : life.pauses) {
    const auto from = std::max(pause.from, within.start);
    const auto until = std::min(pause.until.value_or(within.end), within.end);
    if (from < until) days += (until - from).count();
  }
  return days;
}

std::optional<Pause> pause_from(const Life& life, Date today) {
  for (const auto& pause : life.pauses) {
    if (!pause.until || *pause.until > today) return pause;
  }
  return std::nullopt;
}

const Term* pending_term(const Life& life, Date today) {
  for (const auto& term : life.terms) {
    if (&term == &life.terms.front() || term.from <= today) continue;
    return holds_on(life, term.from) ? &term : nullptr;
  }
  return nullptr;
}

bool has_ended(const Life& life, Date today) { return life.end && (!life.end->at_period_end || life.end->on <= today); }

bool is_over(const Life& life, const BillingPeriod& period, Date today) {
  return period.days.start < life.current().days.start || has_ended(life, today);
}

std::optional<Date> last_interval_change(const Life& life, Date today) {
  for (auto term = life.terms.rbegin(); term + 1 < life.terms.rend(); ++term) {
    if (term->from <= today && term->version->interval != (term + 1)->version->interval) return term->from;
  }
  return std::nullopt;
}

std::string_view to_text(LifeStatus status) {
  switch (status) {
    case LifeStatus::canceled: return "canceled";
    case LifeStatus::scheduled: return "scheduled";
    case LifeStatus::paused: return "paused";
    case LifeStatus::trialing: return "trialing";
    case LifeStatus::past_due: return "past_due";
    case LifeStatus::active: return "active";
  }
  throw std::logic_error("no such status of a subscription");
}

std::optional<LifeStatus> parse_life_status(std::string_view text) {
  using enum LifeStatus;
  for (const auto status : {canceled, scheduled, paused, trialing, past_due, active}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

LifeStatus status_on(const Life& life, Date today, bool past_due) {
  if (has_ended(life, today)) return LifeStatus::canceled;
  if (today < life.started_on) return LifeStatus::scheduled;
  if (is_paused_on(life, today)) return LifeStatus::paused;
  const auto trialing = [today](const BillingPeriod& period) { return period.trial && period.days.contains(today); };
  if (std::ranges::any_of(life.periods, trialing)) return LifeStatus::trialing;
  return past_due ? LifeStatus::past_due : LifeStatus::active;
}

namespace {

/// But for how many periods it is for.
bool may_hold_in(const Discount& discount, const BillingPeriod& period) {
  const auto start = period.days.start;
  return !period.trial && period.days.end > discount.from && (!discount.after || start > *discount.after) &&
         (!discount.deleted_on || start <= *discount.deleted_on);
}

/// The last period of the life in which it holds, if it holds in no later one.
const BillingPeriod* last_period(const Discount& discount, const Life& life) {
  std::int64_t held = discount.periods_before;
  for (const auto& period : life.periods) {
    if (!may_hold_in(discount, period)) continue;
    if (discount.periods && ++held == *discount.periods) return &period;
  }
  return nullptr;
}

}  // namespace

bool holds_in(const Discount& discount, const Life& life, const BillingPeriod& period) {
  if (!may_hold_in(discount, period)) return false;
  if (!discount.periods) return true;
  if (discount.periods_before >= *discount.periods) return false;
  const auto* last = last_period(discount, life);
  return last == nullptr || period.days.start <= last->days.start;
}

std::optional<Date> ends_on(const Discount& discount, const Life& life) {
  const auto* last = last_period(discount, life);
  if (last != nullptr || !discount.deleted_on) return last == nullptr ? std::nullopt : std::optional{last->days.end};
  for (const auto& period : life.periods) {
    if (period.days.start <= *discount.deleted_on && *discount.deleted_on < period.days.end) return period.days.end;
  }
  return discount.deleted_on;  // before the first period
}

std::optional<EligibleItems> parse_eligible(const std::vector<std::string>& items) {
  constexpr std::string_view of_metric = "usage:";
  EligibleItems eligible;
  for (const auto& item : items) {
    if (item == "base") {
      eligible.base = true;
    } else if (item == "minimum") {
      eligible.minimum = true;
    } else if (item == "usage") {
      eligible.usage = true;
    } else if (item.starts_with(of_metric) && valid_metric(item.substr(of_metric.size()))) {
      eligible.metrics.push_back(item.substr(of_metric.size()));
    } else {
      return std::nullopt;
    }
  }
  return eligible;
}

namespace {
constexpr std::chrono::days ahead_of_trial_end{3};
}

std::optional<Date> trial_notice_on(const Life& life) {
  const auto& first = life.periods.front();
  if (!first.trial || (life.end && life.end->on <= first.days.end)) return std::nullopt;
  return std::max(first.days.start, first.days.end - ahead_of_trial_end);
}

std::vector<Notice> notices(const Life& life, Instant seen, Date today) {
  const auto is_new = [&](Date day) { return Instant{day} > seen && day <= today; };
  std::vector<Notice> told;
  for (const auto& term : life.terms) {
    if (term.from > life.started_on && is_new(term.from) && holds_on(life, term.from)) told.push_back(Notice::term_begun);
  }
  const auto notice_on = trial_notice_on(life);
  if (notice_on && is_new(*notice_on) && today < life.periods.front().days.end) told.push_back(Notice::trial_ending);
  return told;
}

}  // namespace billing
