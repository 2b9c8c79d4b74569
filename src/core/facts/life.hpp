#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/plan_version.hpp"
#include "core/facts/discount.hpp"
#include "core/ids.hpp"
#include "core/time/period.hpp"

namespace billing {

/// Prices for one customer, in place of the plan's. None of both: no override.
struct Overrides {
  std::optional<std::int64_t> amount;  // the base fee, minor units, ≥ 0
  std::vector<Charge> charges;         // whole charges that replace or add to the plan's by metric; at most one a metric

  bool empty() const { return !amount && charges.empty(); }
  bool operator==(const Overrides&) const = default;
};

/// What holds from a day on, until the next term begins.
struct Term {
  Date from;
  PlanVersionPtr version;  // not null
  std::int64_t quantity = 1;  // 1 to 1,000,000: multiplies the base fee, nothing else
  Overrides overrides;
  std::string reason;  // of the change that made it; may be empty
};
/// Whether both terms say the same (plan, version, quantity, overrides), whatever their days and reasons are.
bool same_terms(const Term& a, const Term& b);
/// The base fee of one unit in a full period of the term.
Money fee_of(const Term& term);
/// What the term charges for a metric: its own charge or the plan's; null when it charges nothing. Lives as long as the term.
const Charge* charge_of(const Term& term, std::string_view metric);
/// Every metric that the term charges, sorted.
std::vector<std::string> charged_metrics(const Term& term);

/// Days on which no base fee is owed and the minimum does not count; the meter runs on.
struct Pause {
  Date from;
  std::optional<Date> until;  // not included; nullopt: until it is resumed
  bool contains(Date day) const { return from <= day && (!until || day < *until); }
  bool operator==(const Pause&) const = default;
};

/// A period of a subscription; its first day is its key, however it is cut or replaced.
struct BillingPeriod {
  Period days;
  std::int64_t full_days;  // D: of the full period, also when this one was cut short or started late; ≥ 1
  bool trial = false;      // owes nothing
  bool operator==(const BillingPeriod&) const = default;
};

/// How a subscription ends.
struct End {
  Date on;             // the first day that is no longer of the subscription
  bool at_period_end;  // pending until that day, and can be taken back; else final at once
  std::optional<Date> base_until;  // canceled without prorating: the last period owes its base as if it went on until this day
  bool refund = false;  // what its notes credit beyond what is due goes back to the card as far as it can, not to the balance
  bool operator==(const End&) const = default;
};

/// The dated facts of one subscription: all that decides, with the usage, what it owes.
struct Life {
  SubscriptionId id;
  Date started_on;                     // = terms[0].from
  Date anchor;  // the first day of a full period: periods are counted from here; may be after the first ones (trial, short)
  std::optional<std::int64_t> anchor_day;  // 1 to 31, with month and year intervals: the day of the month, clamped to its last
  std::vector<Term> terms;  // never empty, by `from`, each once: they tile from started_on on
  std::vector<Pause> pauses;  // by `from`, never overlapping
  std::optional<End> end;
  std::vector<BillingPeriod> periods;  // never empty, in time order, tiling from started_on on; the last one is the current one
  std::vector<Discount> discounts = {};  // in the order in which they were added

  /// std::logic_error where there is none: each has its first one from the start.
  const BillingPeriod& current() const {
    if (periods.empty()) throw std::logic_error("subscription " + id.text() + " has no period");
    return periods.back();
  }
};

/// Whether the subscription holds on a day: begun and not ended. Trials and pauses hold too.
bool holds_on(const Life& life, Date day);
/// The term that holds on a day, from the first one's start on (before it the first). Terms say nothing about the end.
const Term& term_on(const Life& life, Date day);
/// The first day after a term, or nullopt for the last one. `term` must be one of the life's.
std::optional<Date> until_of(const Life& life, const Term& term);
bool is_paused_on(const Life& life, Date day);
/// Paused days within [start, end).
std::int64_t paused_days(const Life& life, const Period& within);
/// The pause that is in force or still to come.
std::optional<Pause> pause_from(const Life& life, Date today);
/// The next term that has not begun, of a subscription that will still hold then; null when there is none.
const Term* pending_term(const Life& life, Date today);
/// Canceled: at once, or the end has come.
bool has_ended(const Life& life, Date today);
/// Whether a period is over: a later one has begun, or the subscription has ended. One whose days have passed is over once it is rolled over.
bool is_over(const Life& life, const BillingPeriod& period, Date today);
/// The latest day from which on the interval is another than the day before; nullopt when it never changed up to `today`.
std::optional<Date> last_interval_change(const Life& life, Date today);

enum class LifeStatus : std::uint8_t { canceled, scheduled, paused, trialing, past_due, active };
std::string_view to_text(LifeStatus status);
std::optional<LifeStatus> parse_life_status(std::string_view text);
/// The first that holds on that day, in the order of the enumerators. `past_due` is what collecting says.
LifeStatus status_on(const Life& life, Date today, bool past_due);

/// What others are told of when its day comes, though nobody asks for anything on it.
enum class Notice : std::uint8_t { term_begun, trial_ending };

/// The day on which it is told that a trial ends: three days before its end, or the day on which it begins; nullopt without a trial, or where the
/// subscription ends with it or before.
std::optional<Date> trial_notice_on(const Life& life);

/// What the days begin of which the first instant is after `seen` and which are not after `today`: each once, however often and late one looks. A trial that
/// is over by then is not announced any more.
std::vector<Notice> notices(const Life& life, Instant seen, Date today);

}  // namespace billing
