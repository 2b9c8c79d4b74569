#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.hpp"

namespace billing::app {

/// Bills the users whose subscriptions are due.
inline constexpr std::string_view bill_users_job = "bill_users";
/// Adds usage to its sums by day.
inline constexpr std::string_view fold_usage_job = "fold_usage";
/// Opens the periods of users again for which usage has come late.
inline constexpr std::string_view reopen_periods_job = "reopen_periods";
/// Gives what has happened its place among the events.
inline constexpr std::string_view sequence_events_job = "sequence_events";
/// Deletes events that are older than they are kept, and deliveries of theirs.
inline constexpr std::string_view prune_events_job = "prune_events";
/// Deletes idempotency keys that are older than a day.
inline constexpr std::string_view prune_job = "prune_idempotency_keys";

using JobHandler = Task<void> (*)(App&, Context&, std::vector<std::string> ids);

struct Job {
  std::string_view name;
  JobHandler handler;
};

/// All jobs: name → handler. Every one locks its rows and checks that they are still due, so repeating one is harmless.
std::span<const Job> jobs();

/// Runs a job on behalf of `actor` ("worker", "schedule"). A name that nobody knows is logged: it may come from a newer version.
Task<void> run_job(App& app, std::string_view actor, std::string job, std::vector<std::string> ids);

}  // namespace billing::app
