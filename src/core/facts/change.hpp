#pragma once

#include <set>
#include <variant>

#include "core/facts/denied.hpp"
#include "core/facts/life.hpp"

namespace billing {

enum class ChangeAt : std::uint8_t { now, period_start, period_end };
/// The day of a change: by its name, or a date.
using ChangeDay = std::variant<ChangeAt, Date>;

/// What a change names; what is left out stays.
struct TermChange {
  PlanVersionPtr plan;     // a plan_code was named: its newest version, or the one named
  bool version_named = false;  // with `plan`: a version was named too, so terms that are on this plan already take it as well
  bool plan_active = true;     // of `plan`
  PlanVersionPtr version;  // a version alone was named: that version of the plan of plan_on(day)
  std::optional<std::int64_t> quantity;
  std::optional<Overrides> overrides;  // set whole; empty clears them
  ChangeDay at = ChangeAt::now;
  std::string reason;
};

/// The day that a change counts from.
Date day_of(const Life& life, const ChangeDay& at, Date today);

/// Sets what is named in every term from the day on. `others` are the user's other subscriptions. An interval that changes now cuts the current
/// period and begins another (or replaces it on its first day): a roll-over, to be billed at once; `rolled_over` tells so.
struct Changed {
  Life life;
  bool rolled_over = false;
};
OrDenied<Changed> change(const Life& life, const TermChange& wish, const std::vector<Life>& others, Date today);

/// Takes all terms back that have not begun.
OrDenied<Life> drop_pending(const Life& life, const std::vector<Life>& others, Date today);

/// A price migration, for one subscription.
struct TermMigration {
  PlanVersionPtr to;
  std::optional<std::set<std::int64_t>> from_versions;  // nullopt: all others
  ChangeDay at = ChangeAt::period_end;
  bool keep_overrides = true;
  std::string reason;
};
/// Sets the version in each term of the plan from the day on whose version is among them. `no_change` when there is no such term.
OrDenied<Changed> migrate(const Life& life, const TermMigration& wish, const std::vector<Life>& others, Date today);

}  // namespace billing
