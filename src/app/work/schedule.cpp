#include "app/work/schedule.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/presence.hpp"
#include "app/work/jobs.hpp"
#include "app/work/leadership.hpp"
#include "app/work/rings.hpp"
#include "app/work/statistics.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/balance/expire.hpp"
#include "rooms/events/sequence.hpp"
#include "rooms/events/store.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/idempotency/idempotency.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/migrations/migrate_plans.hpp"
#include "rooms/payment_methods/setups.hpp"
#include "rooms/payments/overdue.hpp"
#include "rooms/payments/store.hpp"
#include "rooms/provider_events/store.hpp"
#include "rooms/refunds/store.hpp"
#include "rooms/subscriptions/cancel_unpaid.hpp"
#include "rooms/usage/days.hpp"
#include "rooms/webhooks/deliveries.hpp"

namespace billing::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t most_a_sweep = 20'000;
constexpr std::int64_t enough_waiting = 50;                     // rings: workers have enough to do for longer than between two ticks
constexpr auto between_ticks = std::chrono::milliseconds{500};
constexpr auto between_analyses = std::chrono::seconds{2};  // of what has grown
constexpr auto between_looks_at_the_oldest = std::chrono::seconds{2};  // on a billing day a look passes what is done already
constexpr auto between_prunes = std::chrono::seconds{10};
constexpr auto between_reports = std::chrono::seconds{60};  // of what must be counted

Task<std::vector<std::string>> find_expired_keys(pg::Session& db, Instant now, std::int64_t) {
  std::vector<std::string> due;
  if (co_await idempotency::anything_expired(db, now)) due.emplace_back("expired");
  co_return due;
}

Task<std::vector<std::string>> find_unfolded(pg::Session& db, Instant, std::int64_t) {
  std::vector<std::string> due;
  // By the mark, so that each sweep rings anew once the last fold is done: what is not folded, every invoice reads.
  if (co_await usage::anything_unfolded(db)) due.push_back(co_await usage::mark(db));
  co_return due;
}

/// Folding and reopening come first: what they find is billed by what follows.
constexpr ScheduleEntry table[] = {
    {fold_usage_job, nullptr, {find_unfolded, usage::anything_unfolded_of}, 1},
    {reopen_periods_job, nullptr, {usage::find_users_with_late_days, usage::any_late_days}, 200},
    {bill_users_job, &facts::due_users, {}, 200},
    {invoices::attempt_payments_job, &payments::due_invoices, {}, invoices::payments_per_ring},
    {refunds::send_refunds_job, &refunds::due_refunds, {}, refunds::refunds_per_ring},
    {provider_events::act_job, nullptr, {provider_events::find_due, nullptr}, 20},
    {provider_events::sweep_job, nullptr, {provider_events::find_due_sweeps, nullptr}, 1},
    {payments::find_overdue_job, &payments::overdue_invoices, {}, 200},
    {balance::expire_grants_job, &balance::expiring_grants, {}, 200},
    {subscriptions::cancel_unpaid_job, &facts::due_unpaid, {}, 50},
    {payment_methods::look_up_setups_job, &payment_methods::due_setups, {}, 50},
    {migrations::migrate_plans_job, &migrations::due_migrations, {}, 1},
    {prune_job, nullptr, {find_expired_keys, nullptr}, 1},
};

}  // namespace

std::span<const ScheduleEntry> schedule() { return table; }

std::span<const ScheduleEntry> billing_run() {
  const auto last = std::ranges::find(table, invoices::attempt_payments_job, &ScheduleEntry::job);
  return {std::begin(table), last + 1};
}

Task<std::vector<std::string>> ScheduleEntry::find_due(pg::Session& db, Instant now, std::int64_t limit) const {
  return rows ? pg::find_due(db, *rows, now, limit) : upkeep.find(db, now, limit);
}

Task<bool> ScheduleEntry::anything_due(pg::Session& db, Instant now, std::string made_before) const {
  if (rows) co_return co_await pg::anything_due(db, *rows, now, std::move(made_before));
  co_return upkeep.anything&& co_await upkeep.anything(db, now, std::move(made_before));
}

struct Scheduler::State {
  explicit State(App& app)
      : active(app.reactor, app.pg_options("billing schedule"), "schedule"),
        standing_in(app.reactor, app.pg_options("billing stand-in"), "stand-in") {}

  Leadership active;
  Leadership standing_in;
  RungOfLate rung;
  SteadyClock::time_point next_look{};
  SteadyClock::time_point next_analysis{};
  SteadyClock::time_point next_report{};
  SteadyClock::time_point next_prune{};
  std::string last_trouble;
  bool without_doorbell = false;
};

Scheduler::Scheduler(App& app, Duties duties) : app_(app), duties_(duties), state_(std::make_unique<State>(app)) {}
Scheduler::~Scheduler() = default;

Task<void> Scheduler::run() {
  while (!stopping_) {
    std::string trouble;
    try {
      co_await tick();
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (trouble != std::exchange(state_->last_trouble, trouble) && !trouble.empty()) log::warn("sweep_failed", {{"error", trouble}});
    co_await app_.reactor.sleep(between_ticks);
  }
  co_await state_->active.give_up();
  co_await state_->standing_in.give_up();
}

void Scheduler::shut() {
  state_->active.shut();
  state_->standing_in.shut();
}

Task<void> Scheduler::tick() {
  const bool doorbell = co_await doorbell_works();
  if (duties_.rings && co_await state_->active.held()) co_await lead(doorbell);
  if (!duties_.works) co_return;
  if (doorbell) {
    co_await state_->standing_in.give_up();
  } else if (co_await state_->standing_in.held()) {
    co_await stand_in();
  }
}

Task<void> Scheduler::lead(bool doorbell) {
  co_await report_oldest_due();  // first: it is what an operator needs while Redis is away
  co_await report_what_hangs();
  if (SteadyClock::now() >= state_->next_analysis) {
    state_->next_analysis = SteadyClock::now() + between_analyses;
    auto tx = co_await app_.background.begin();
    co_await analyze_what_has_grown(tx);
    co_await tx.commit();
  }
  // By itself, not by a ring: it is a statement, and others are told of what happened however much there is to do.
  if (co_await events::anything_unsequenced(app_.background)) co_await run_job(app_, "schedule", std::string{sequence_events_job}, {});
  co_await prune_events_now_and_then();
  // Whoever moves the clock does what falls due: two would look for the same rows, and wait for each other's.
  if (doorbell && co_await waiting_rings() < enough_waiting && !app_.shared.moves_clock) co_await ring_for_due_rows();
  announce_tick(app_);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(SystemClock{}.now().time_since_epoch());
  app_.shared.metrics.set("schedule_last_tick_seconds", {{"schedule", "sweep"}}, static_cast<double>(now.count()));
}

Task<void> Scheduler::stand_in() {
  for (const auto& entry : schedule()) {
    auto due = co_await entry.find_due(app_.background, app_.shared.clock->now(), most_a_sweep);
    if (!due.empty()) co_await serve_here(app_, "worker", entry, std::move(due), stopping_);
  }
}

Task<bool> Scheduler::doorbell_works() {
  bool works = true;
  try {
    co_await app_.redis.command({"PING"});
  } catch (const std::exception&) {
    works = false;
  }
  if (works == std::exchange(state_->without_doorbell, !works)) {
    state_->rung.forget();  // what was rung for may have gone with it
    if (works) {
      log::info("doorbell_back");
    } else {
      log::warn("doorbell_away",
                {{"then", duties_.works ? "one of the processes that work does what is due by itself" : "no ring reaches a worker"}});
    }
  }
  co_return works;
}

Task<std::int64_t> Scheduler::waiting_rings() {
  const auto depth = co_await app_.queue.depth();
  auto& metrics = app_.shared.metrics;
  metrics.set("queue_depth", {{"state", "waiting"}}, static_cast<double>(depth.waiting));
  metrics.set("queue_depth", {{"state", "in_flight"}}, static_cast<double>(depth.in_flight));
  metrics.set("queue_lag_seconds", {{"stream", "jobs"}}, static_cast<double>(depth.lag_ms) / 1000);
  co_return depth.waiting;
}

Task<void> Scheduler::ring_for_due_rows() {
  for (const auto& entry : schedule()) {
    auto due = co_await entry.find_due(app_.background, app_.shared.clock->now(), most_a_sweep);
    const auto unserved = state_->rung.note(entry.job, std::move(due), SteadyClock::now());
    if (!unserved.empty()) app_.queue.ring(entry.job, unserved, entry.ids_per_ring);
  }
}

Task<void> Scheduler::prune_events_now_and_then() {
  if (SteadyClock::now() < state_->next_prune) co_return;
  state_->next_prune = SteadyClock::now() + between_prunes;
  const auto keep = app_.shared.config.keep_events;
  const bool old_events = co_await events::anything_before(app_.background, app_.shared.clock->now() - keep);
  if (!old_events && !co_await webhooks::anything_to_prune(app_.background, keep)) co_return;
  co_await run_job(app_, "schedule", std::string{prune_events_job}, {});
}

Task<void> Scheduler::report_oldest_due() {
  if (SteadyClock::now() < state_->next_look) co_return;
  state_->next_look = SteadyClock::now() + between_looks_at_the_oldest;
  for (const auto& entry : schedule()) {
    if (!entry.rows) continue;
    const auto next = co_await pg::next_due(app_.background, *entry.rows, std::nullopt);
    const auto overdue = next ? std::chrono::duration<double>(app_.shared.clock->now() - *next).count() : 0.0;
    app_.shared.metrics.set("oldest_due_seconds", {{"job", entry.job}}, overdue > 0 ? overdue : 0.0);
  }
}

Task<void> Scheduler::report_what_hangs() {
  if (SteadyClock::now() < state_->next_report) co_return;
  state_->next_report = SteadyClock::now() + between_reports;
  auto& metrics = app_.shared.metrics;
  metrics.set("subscriptions_not_billed", {}, static_cast<double>(co_await facts::count_not_billed(app_.background)));
  metrics.set("payments_stuck", {}, static_cast<double>(co_await payments::count_stuck(app_.background)));
}

}  // namespace billing::app
